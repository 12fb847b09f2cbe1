import { DomainError, notFound, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import type { ProvenIdentity } from '../credentials/identity-providers.ts';
import { usernameTaken } from '../domain/errors.ts';
import {
  accountExists,
  addressUnconfirmed,
  identityKnown,
  identityRefused,
  MAX_IDENTITIES,
  NEWCOMER,
  shownName,
  tooManyIdentities,
  usernameFrom,
} from '../domain/linked-identity.ts';
import { assertAnotherWayIn } from '../domain/passkey.ts';
import { parsedEmail } from '../domain/registration.ts';
import type { SeenFrom } from '../domain/session.ts';
import { parseUsername } from '../domain/username.ts';
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
  /** Of the account of somebody new; who has one keeps theirs. */
  readonly username?: string | null | undefined;
  readonly deviceLabel?: string | null | undefined;
}

type Transaction = Stores & TransactionTools;

/**
 * Signs in whom another provider knows. Somebody new gets an account when the provider confirms an
 * address that has none; no account is ever joined to an identity by its address.
 */
export async function completeOidcSignIn(
  deps: UsersDeps,
  { deviceLabel = null, username, ...answer }: CompleteOidcSignInInput,
  from: SeenFrom,
): Promise<SignInOutcome> {
  const wished = username == null ? null : parseUsername(username, ['input', 'username']);
  const identity = await provenIdentity(deps, answer);
  const enter = () =>
    deps.transaction(async (stores): Promise<FirstFactorOutcome> => {
      const owner = await lockedOwnerOf(stores, identity);
      const userId = owner ?? (await openAccount(deps, stores, identity, wished));
      return firstFactorDone(deps, stores, { userId, deviceLabel, by: ['OIDC'], from });
    });
  // Of two who come at once, be it one person by two windows, the second finds what the first has left.
  const outcome = await enter().catch((error) => {
    if (error instanceof DomainError && TAKEN.has(error.code)) return enter();
    throw error;
  });
  const signedIn = await signInOutcome(deps, outcome);
  if (!signedIn) throw identityRefused(['input', 'code']);
  return signedIn;
}

/** What an insertion finds taken by another that was quicker. */
const TAKEN: ReadonlySet<string> = new Set(['EMAIL_TAKEN', 'USERNAME_TAKEN', 'IDENTITY_KNOWN']);

async function lockedOwnerOf(
  { identities, accounts }: Stores,
  { provider, subject }: ProvenIdentity,
): Promise<string | null> {
  const known = await identities.ownerOf(provider, subject);
  if (known === null) return null;
  // Looked at again behind the lock: the link may be taken off in this moment.
  await accounts.lock(known);
  return identities.ownerOf(provider, subject);
}

async function openAccount(
  deps: UsersDeps,
  stores: Transaction,
  identity: ProvenIdentity,
  wished: string | null,
): Promise<string> {
  const { email: address, emailVerified, preferredUsername, displayName } = identity;
  if (address === null || !emailVerified) throw addressUnconfirmed();
  const email = parsedEmail(address, ['input', 'code']);
  if (await stores.accounts.emailIsTaken(email.canonical)) throw accountExists();
  const username =
    wished ?? (await freeUsername(stores, usernameFrom(preferredUsername, email.canonical)));
  const { id, registered } = await insertNewAccount(deps, stores, {
    email,
    emailVerifiedAt: deps.clock(),
    locale: null,
    passwordHash: null,
    username,
    displayName: shownName(displayName) ?? username,
  });
  const stream = userStream(id);
  await stores.events.append({ type: 'users.UserRegistered', stream, payload: registered });
  const payload = { userId: id, email: email.canonical };
  await stores.events.append({ type: 'users.EmailVerified', stream, payload });
  await link(deps, stores, id, identity);
  return id;
}

/** How somebody is called elsewhere, or much like it where that is taken; else a name that says nothing of them. */
async function freeUsername({ accounts }: Stores, name: string | null): Promise<string> {
  if (name !== null && !(await accounts.usernameIsTaken(name))) return name;
  const other = await freeAlternative(accounts, name ?? NEWCOMER);
  if (other === null) throw usernameTaken(null);
  return other;
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
    // Whoever signed in by it, and has yet to give the second factor, does not get in by it any more.
    await stores.challenges.voidAllOf(account.id, deps.clock());
    await recordSecurityChange(stores, account, 'IDENTITY_UNLINKED');
  });
