import { assertExactlyOne, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { codeInvalid, invalidCredentials } from '../domain/errors.ts';
import type { Session } from '../domain/session.ts';
import type { AuthMethod } from '../domain/step-up.ts';
import { answeredChallenge, type EmailCodeInput, useChallenge } from './answer-challenge.ts';
import type { UsersDeps } from './deps.ts';
import { openSessionOf } from './recent-proof.ts';
import { countSignIn } from './sign-in-limits.ts';

/** What proves who one is: exactly one of them. */
export interface ProofInput {
  readonly password?: string | null | undefined;
  readonly emailCode?: EmailCodeInput | null | undefined;
}

/** Proves anew who the viewer is; the session counts as fresh from now on. */
export async function reauthenticate(
  deps: UsersDeps,
  viewer: Viewer,
  { password, emailCode }: ProofInput,
  clientAddress: string | null,
): Promise<Session> {
  assertExactlyOne({ password, emailCode }, ['proof']);
  const by = emailCode
    ? await proveByMail(deps, viewer.userId, emailCode)
    : await proveByPassword(deps, viewer.userId, password ?? '', clientAddress);
  return deps.transaction(async (stores) => {
    const now = deps.clock();
    const session = await openSessionOf(stores, viewer, now);
    return stores.sessions.markAuthenticated(session.id, by, now);
  });
}

async function proveByPassword(
  { passwords, rateLimit, reads }: UsersDeps,
  userId: string,
  password: string,
  clientAddress: string | null,
): Promise<AuthMethod> {
  const found = await reads.accounts.findCredentials({ id: userId });
  if (!found) throw unauthenticated();
  const counted = await countSignIn(rateLimit, { account: userId, clientAddress, device: null });
  const isRight = await passwords.verify(found.passwordHash, password);
  if (!isRight) throw invalidCredentials(counted.attemptsLeft);
  await counted.succeeded();
  return 'PASSWORD';
}

async function proveByMail(
  deps: UsersDeps,
  userId: string,
  code: EmailCodeInput,
): Promise<AuthMethod> {
  const path = ['proof', 'emailCode', 'code'];
  const challenge = await answeredChallenge(deps, code, 'REAUTHENTICATION', path);
  if (challenge.accountId !== userId) throw codeInvalid(path);
  await useChallenge(deps.reads, challenge, deps.clock(), path);
  return 'EMAIL_CODE';
}
