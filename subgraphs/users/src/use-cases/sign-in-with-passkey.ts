import { credentialIdOf, isMadeFor, type WebAuthnJson } from '../credentials/passkeys.ts';
import { passkeyRefused } from '../domain/passkey.ts';
import type { SeenFrom } from '../domain/session.ts';
import type { PasskeyRecord } from '../persistence/passkey-store.ts';
import type { UsersDeps } from './deps.ts';
import { beginCeremony, endCeremony, type PasskeyCeremony } from './passkey-ceremony.ts';
import { countCeremony } from './sign-in-limits.ts';
import { openSession, type SignedIn, signedIn } from './signed-in.ts';

export interface PasskeyAnswer {
  readonly ceremonyId: string;
  readonly credential: WebAuthnJson;
}

export interface SignInWithPasskeyInput extends PasskeyAnswer {
  readonly deviceLabel?: string | null | undefined;
}

/** Begins to sign in by a passkey, or to prove anew who one is: nobody says a name. */
export async function beginPasskeySignIn(
  deps: UsersDeps,
  clientAddress: string | null,
): Promise<PasskeyCeremony> {
  await countCeremony(deps.rateLimit, clientAddress);
  const options = await deps.passkeys.signInOptions();
  return beginCeremony(deps, deps.reads, 'PASSKEY_SIGN_IN', null, options);
}

/** Signs in by a passkey, which is both factors: a device, and the finger or PIN that it asks for. */
export async function signInWithPasskey(
  deps: UsersDeps,
  { deviceLabel = null, ...given }: SignInWithPasskeyInput,
  from: SeenFrom,
): Promise<SignedIn> {
  const path = ['input', 'credential'];
  const { accountId: userId, id } = await usedPasskey(deps, given, path);
  const opened = await deps.transaction(async (stores) => {
    // Behind the lock that taking a passkey away takes.
    await stores.accounts.lock(userId);
    const [passkey] = await stores.passkeys.findManyOf(userId, [id]);
    if (!passkey) throw passkeyRefused(path);
    return openSession(deps, stores, { userId, deviceLabel, by: ['PASSKEY'], from });
  });
  const answer = await signedIn(deps, opened);
  if (!answer) throw passkeyRefused(path);
  return answer;
}

/** The passkey that signed an answer; throws when none did. */
export async function usedPasskey(
  deps: UsersDeps,
  { ceremonyId, credential }: PasskeyAnswer,
  path: readonly string[],
): Promise<PasskeyRecord> {
  const { passkeys: stored } = deps.reads;
  const challenge = await endCeremony(deps, ceremonyId, 'PASSKEY_SIGN_IN', null);
  const credentialId = credentialIdOf(credential);
  const passkey = credentialId === null ? null : await stored.findCredential(credentialId);
  const after =
    challenge === null || passkey === null || !isMadeFor(credential, passkey.accountId)
      ? null
      : await deps.passkeys.verified(challenge, credential, passkey);
  if (!passkey || !after || !(await stored.use(passkey, after, deps.clock()))) {
    throw passkeyRefused(path);
  }
  return passkey;
}
