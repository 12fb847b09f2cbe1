import {
  CODE_LIFETIME_MS,
  challengeDigest,
  codeDigest,
  newChallengeId,
  newCode,
} from '@souk/runtime/domain';
import { mailboxOf, type PayloadOf, type TransactionTools } from '@souk/runtime/events';
import { type CodePurpose, RESEND_AFTER_MS } from '../domain/mailed-code.ts';
import type { ChallengeData } from '../persistence/challenge-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

/** What whoever asked for a code is given: without this id, the code opens nothing. */
export interface EmailChallenge {
  readonly challengeId: string;
  readonly expiresAt: Date;
  readonly resendAfter: Date;
}

export interface CodeRequest {
  readonly purpose: CodePurpose;
  readonly email: { readonly written: string; readonly canonical: string };
  /** Whom the answer will concern, where that is known. */
  readonly accountId: string | null;
  /**
   * False where nothing may come of it, such as signing in to an account that does not exist: the
   * same is done and answered, but for the code.
   */
  readonly answerable: boolean;
  readonly data?: ChallengeData;
}

/**
 * Writes down a challenge in the surrounding transaction, and asks notifications to mail its code. It
 * takes the same statements and gives the same answer whether a code is mailed or not.
 */
export async function askForCode(
  { clock, sealValue }: Pick<UsersDeps, 'clock' | 'sealValue'>,
  { challenges, events }: Pick<Stores & TransactionTools, 'challenges' | 'events'>,
  { purpose, email, accountId, answerable, data = {} }: CodeRequest,
): Promise<EmailChallenge> {
  const createdAt = clock();
  const expiresAt = new Date(createdAt.getTime() + CODE_LIFETIME_MS);
  const challengeId = newChallengeId();
  const code = newCode();
  await challenges.insert({
    digest: challengeDigest(challengeId),
    purpose,
    accountId,
    email: email.canonical,
    codeDigest: answerable ? codeDigest(challengeId, code) : null,
    data,
    createdAt,
    expiresAt,
  });
  // Sealed in either case, so that it takes the same time.
  const sealed = sealValue('notifications', code);
  const payload: PayloadOf<'users.EmailCodeRequested'> = {
    purpose,
    email: email.written,
    code: answerable ? sealed : null,
    expiresAt: expiresAt.toISOString(),
  };
  const stream = mailboxOf(email.canonical);
  await events.append({ type: 'users.EmailCodeRequested', stream, payload });
  return {
    challengeId,
    expiresAt,
    resendAfter: new Date(createdAt.getTime() + RESEND_AFTER_MS),
  };
}
