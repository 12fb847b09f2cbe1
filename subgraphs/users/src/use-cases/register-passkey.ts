import { notFound, unauthenticated, type Viewer } from '@souk/runtime/domain';
import type { WebAuthnJson } from '../credentials/passkeys.ts';
import {
  assertAnotherWayIn,
  MAX_PASSKEYS,
  passkeyKnown,
  passkeyRefused,
  tooManyPasskeys,
} from '../domain/passkey.ts';
import type { UsersDeps } from './deps.ts';
import { beginCeremony, endCeremony, type PasskeyCeremony } from './passkey-ceremony.ts';
import {
  lockedWithRecentProof,
  lockedWithSecondFactor,
  requireRecentProof,
} from './recent-proof.ts';
import { recordSecurityChange } from './record-security-change.ts';

export interface RegisterPasskeyInput {
  readonly ceremonyId: string;
  readonly credential: WebAuthnJson;
  readonly name: string;
}

/**
 * Begins to add a passkey: gives what `navigator.credentials.create` takes. A passkey is both factors, so where there is a
 * second factor, that is what adds one.
 */
export const beginPasskeyRegistration = (
  deps: UsersDeps,
  viewer: Viewer,
): Promise<PasskeyCeremony> =>
  deps.transaction(async (stores) => {
    const owner = await lockedWithSecondFactor(deps, stores, viewer);
    const known = await stores.passkeys.credentialsOf(owner.id);
    const options = await deps.passkeys.registrationOptions(owner, known);
    return beginCeremony(deps, stores, 'PASSKEY_REGISTRATION', owner.id, options);
  });

/** Adds the passkey that the browser made; returns its id. */
export async function registerPasskey(
  deps: UsersDeps,
  viewer: Viewer,
  { ceremonyId, credential, name }: RegisterPasskeyInput,
): Promise<string> {
  const { userId: accountId } = viewer;
  await requireRecentProof(deps.reads, viewer, deps.clock());
  const challenge = await endCeremony(deps, ceremonyId, 'PASSKEY_REGISTRATION', accountId);
  const made = challenge === null ? null : await deps.passkeys.registered(challenge, credential);
  if (!made) throw passkeyRefused(['input', 'credential']);
  return deps.transaction(async (stores) => {
    // The session may have ended while the answer was looked at.
    const account = await lockedWithSecondFactor(deps, stores, viewer);
    const known = await stores.passkeys.credentialsOf(accountId);
    if (known.length >= MAX_PASSKEYS) throw tooManyPasskeys();
    const id = deps.newId('pky');
    const passkey = { ...made, id, accountId, name, createdAt: deps.clock() };
    if (!(await stores.passkeys.insert(passkey))) throw passkeyKnown();
    await recordSecurityChange(stores, account, 'PASSKEY_ADDED');
    return id;
  });
}

/** Gives one of the viewer's passkeys another name. */
export async function renamePasskey(
  { reads: { passkeys } }: UsersDeps,
  { userId }: Viewer,
  { passkeyId, name }: { passkeyId: string; name: string },
): Promise<void> {
  if (!(await passkeys.rename(userId, passkeyId, name))) throw notFound('Passkey', ['passkeyId']);
}

/** Removes one of the viewer's passkeys, as long as another way to sign in is left. */
export const removePasskey = (deps: UsersDeps, viewer: Viewer, passkeyId: string): Promise<void> =>
  deps.transaction(async (stores) => {
    const account = await lockedWithRecentProof(deps, stores, viewer);
    const has = await stores.signInMethods.of(viewer.userId);
    if (!has) throw unauthenticated();
    const [passkey] = await stores.passkeys.findManyOf(account.id, [passkeyId]);
    if (!passkey) throw notFound('Passkey', ['passkeyId']);
    assertAnotherWayIn(has, 'passkeys');
    await stores.passkeys.remove(account.id, passkeyId);
    await recordSecurityChange(stores, account, 'PASSKEY_REMOVED');
  });
