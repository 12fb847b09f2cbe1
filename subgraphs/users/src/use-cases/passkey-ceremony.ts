import { CODE_LIFETIME_MS, challengeDigest, newChallengeId } from '@souk/runtime/domain';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

/** What a browser is given, with the id under which its answer is expected. */
export interface PasskeyCeremony {
  readonly ceremonyId: string;
  readonly options: object;
}

export type CeremonyPurpose = 'PASSKEY_REGISTRATION' | 'PASSKEY_SIGN_IN';

/** Writes down what WebAuthn calls the challenge, until the browser's answer comes. */
export async function beginCeremony(
  { clock }: Pick<UsersDeps, 'clock'>,
  { challenges }: Pick<Stores, 'challenges'>,
  purpose: CeremonyPurpose,
  accountId: string | null,
  { challenge, options }: { readonly challenge: string; readonly options: object },
): Promise<PasskeyCeremony> {
  const createdAt = clock();
  const ceremonyId = newChallengeId();
  await challenges.insert({
    digest: challengeDigest(ceremonyId),
    purpose,
    accountId,
    email: null,
    codeDigest: null,
    data: { challenge },
    createdAt,
    expiresAt: new Date(createdAt.getTime() + CODE_LIFETIME_MS),
  });
  return { ceremonyId, options };
}

/**
 * What WebAuthn calls the challenge of a ceremony, which is over then: an answer is looked at once. Null
 * when there is none open, or it is somebody else's.
 */
export async function endCeremony(
  { clock, reads: { challenges } }: Pick<UsersDeps, 'clock' | 'reads'>,
  ceremonyId: string,
  purpose: CeremonyPurpose,
  accountId: string | null,
): Promise<string | null> {
  const now = clock();
  const ceremony = await challenges.findOpen({ digest: challengeDigest(ceremonyId), purpose }, now);
  if (!ceremony || ceremony.accountId !== accountId) return null;
  return (await challenges.use(ceremony.digest, now)) ? String(ceremony.data.challenge) : null;
}
