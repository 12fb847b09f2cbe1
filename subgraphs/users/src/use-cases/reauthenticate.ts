import { assertExactlyOne, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { codeInvalid, invalidCredentials } from '../domain/errors.ts';
import { passkeyRefused } from '../domain/passkey.ts';
import type { Session } from '../domain/session.ts';
import type { AuthMethod } from '../domain/step-up.ts';
import { answeredChallenge, type EmailCodeInput, useMailedCode } from './answer-challenge.ts';
import type { UsersDeps } from './deps.ts';
import { openSessionOf } from './recent-proof.ts';
import { type SecondFactorInput, takeSecondFactor } from './second-factor.ts';
import { countSignIn } from './sign-in-limits.ts';
import { type PasskeyAnswer, usedPasskey } from './sign-in-with-passkey.ts';

/** What proves who one is: exactly one of them. */
export interface ProofInput extends SecondFactorInput {
  readonly password?: string | null | undefined;
  readonly emailCode?: EmailCodeInput | null | undefined;
  readonly passkey?: PasskeyAnswer | null | undefined;
}

/** Proves anew who the viewer is; the session counts as fresh from now on. */
export async function reauthenticate(
  deps: UsersDeps,
  viewer: Viewer,
  proof: ProofInput,
  clientAddress: string | null,
): Promise<Session> {
  const { password, emailCode, passkey, totp, recoveryCode } = proof;
  assertExactlyOne({ password, emailCode, passkey, totp, recoveryCode }, ['proof']);
  const by = await provenBy(deps, viewer, proof, clientAddress);
  return deps.transaction(async (stores) => {
    const now = deps.clock();
    const session = await openSessionOf(stores, viewer, now);
    return stores.sessions.markAuthenticated(session.id, by, now);
  });
}

function provenBy(
  deps: UsersDeps,
  viewer: Viewer,
  { password, emailCode, passkey, ...secondFactor }: ProofInput,
  clientAddress: string | null,
): Promise<AuthMethod> {
  const { userId } = viewer;
  if (emailCode) return proveByMail(deps, userId, emailCode);
  if (passkey) return proveByPasskey(deps, userId, passkey);
  if (password != null) return proveByPassword(deps, viewer, password, clientAddress);
  const asked = { clientAddress, attemptsLeft: null, path: ['proof'] };
  return takeSecondFactor(deps, userId, secondFactor, asked);
}

async function proveByPassword(
  { passwords, rateLimit, reads }: UsersDeps,
  { userId, sessionId }: Viewer,
  password: string,
  clientAddress: string | null,
): Promise<AuthMethod> {
  const found = await reads.accounts.findCredentials({ id: userId });
  if (!found) throw unauthenticated();
  // The session is where its owner signed in: strangers who try their name at the same address do not count there.
  const tried = { account: userId, clientAddress, device: sessionId };
  const counted = await countSignIn(rateLimit, tried);
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
  const [account = null] = await deps.reads.accounts.findMany([userId]);
  await useMailedCode(deps.reads, challenge, account, deps.clock(), path);
  return 'EMAIL_CODE';
}

async function proveByPasskey(
  deps: UsersDeps,
  userId: string,
  given: PasskeyAnswer,
): Promise<AuthMethod> {
  const path = ['proof', 'passkey', 'credential'];
  const passkey = await usedPasskey(deps, given, path);
  if (passkey.accountId !== userId) throw passkeyRefused(path);
  return 'PASSKEY';
}
