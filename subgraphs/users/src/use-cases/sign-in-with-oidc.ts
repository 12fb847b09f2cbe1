import { notFound, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import type { ProvenIdentity } from '../credentials/identity-providers.ts';
import {
  accountExists,
  addressUnconfirmed,
  identityKnown,
  identityRefused,
  MAX_IDENTITIES,
  tooManyIdentities,
  usernameFrom,
} from '../domain/linked-identity.ts';
import { assertAnotherWayIn } from '../domain/passkey.ts';
import { parsedEmail } from '../domain/registration.ts';
import type { SeenFrom } from '../domain/session.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';
import {
  type FirstFactorOutcome,
  firstFactorDone,
  type SignInOutcome,
  signInOutcome,
} from './first-factor.ts';
import { freeAlternative, insertNewAccount } from './insert-new-account.ts';
import { type OidcAnswer, provenIdentity } from './oidc-ceremony.ts';
import { lockedWithRecentProof, requireRecentProof } from './recent-proof.ts';
import { recordSecurityChange } from './record-security-change.ts';

export interface CompleteOidcSignInInput extends OidcAnswer {
  readonly deviceLabel?: string | null | undefined;
}

type Transaction = Stores & TransactionTools;

/**
 * Signs in whom another provider knows. Somebody new gets an account when the provider confirms an
 * address that has none; no account is ever joined to an identity by its address.
 */
export async function completeOidcSignIn(
  deps: UsersDeps,
  { deviceLabel = null, ...answer }: CompleteOidcSignInInput,
  from: SeenFrom,
): Promise<SignInOutcome> {
  const identity = await provenIdentity(deps, answer);
  const outcome = await deps.transaction(async (stores): Promise<FirstFactorOutcome> => {
    const { provider, subject } = identity;
    const known = await stores.identities.ownerOf(provider, subject);
    // Looked at again behind the lock: the link may be taken off in this moment.
    if (known !== null) await stores.accounts.lock(known);
    const owner = known === null ? null : await stores.identities.ownerOf(provider, subject);
    const userId = owner ?? (await openAccount(deps, stores, identity));
    return firstFactorDone(deps, stores, { userId, deviceLabel, by: ['OIDC'], from });
  });
  const signedIn = await signInOutcome(deps, outcome);
  if (!signedIn) throw identityRefused(['input', 'code']);
  return signedIn;
}

async function openAccount(
  deps: UsersDeps,
  stores: Transaction,
  identity: ProvenIdentity,
): Promise<string> {
  const { email: address, emailVerified, preferredUsername, displayName } = identity;
  if (address === null || !emailVerified) throw addressUnconfirmed();
  const email = parsedEmail(address, ['input', 'code']);
  if (await stores.accounts.emailIsTaken(email.canonical)) throw accountExists();
  const wish = usernameFrom(preferredUsername, email.canonical);
  const [holder] = await stores.accounts.findManyByUsername([wish]);
  const username = holder ? await freeAlternative(stores.accounts, wish) : wish;
  const { id, registered } = await insertNewAccount(deps, stores, {
    email,
    emailVerifiedAt: deps.clock(),
    locale: null,
    passwordHash: null,
    username: username ?? wish,
    displayName: shownName(displayName) ?? username ?? wish,
  });
  const stream = userStream(id);
  await stores.events.append({ type: 'users.UserRegistered', stream, payload: registered });
  const payload = { userId: id, email: email.canonical };
  await stores.events.append({ type: 'users.EmailVerified', stream, payload });
  await link(deps, stores, id, identity);
  return id;
}

async function link(
  { newId, clock }: UsersDeps,
  { identities }: Stores,
  accountId: string,
  { provider, subject, displayName, email }: ProvenIdentity,
): Promise<string> {
  const id = newId('lid');
  const identity = { id, accountId, provider, subject, displayName: displayName ?? email };
  if (!(await identities.insert({ ...identity, linkedAt: clock() }))) throw identityKnown();
  return id;
}

/** Joins an identity to the account of whoever is signed in; returns the link's id. */
export async function linkIdentity(
  deps: UsersDeps,
  viewer: Viewer,
  answer: OidcAnswer,
): Promise<string> {
  await requireRecentProof(deps.reads, viewer, deps.clock());
  const identity = await provenIdentity(deps, answer);
  return deps.transaction(async (stores) => {
    const account = await lockedWithRecentProof(deps, stores, viewer);
    const known = await stores.identities.listOf(account.id);
    if (known.length >= MAX_IDENTITIES) throw tooManyIdentities();
    const id = await link(deps, stores, account.id, identity);
    await recordSecurityChange(stores, account, 'IDENTITY_LINKED');
    return id;
  });
}

/** Takes an identity off the viewer's account, as long as another way to sign in is left. */
export const unlinkIdentity = (
  deps: UsersDeps,
  viewer: Viewer,
  linkedIdentityId: string,
): Promise<void> =>
  deps.transaction(async (stores) => {
    const account = await lockedWithRecentProof(deps, stores, viewer);
    const has = await stores.signInMethods.of(viewer.userId);
    if (!has) throw unauthenticated();
    const [identity] = await stores.identities.findManyOf(account.id, [linkedIdentityId]);
    if (!identity) throw notFound('LinkedIdentity', ['linkedIdentityId']);
    assertAnotherWayIn(has, 'identities');
    await stores.identities.remove(account.id, linkedIdentityId);
    await recordSecurityChange(stores, account, 'IDENTITY_UNLINKED');
  });

const MAX_NAME = 50;

/** A provider's name for somebody, where it could be one of ours. */
function shownName(name: string | null): string | null {
  const plain =
    name
      ?.normalize('NFC')
      .replace(/[^\p{L}\p{M}\p{N} .,'’-]/gu, '')
      .trim() ?? '';
  const isNothing = plain === '' || /\.\p{L}{2,}/u.test(plain);
  return isNothing ? null : [...plain].slice(0, MAX_NAME).join('').trim();
}
