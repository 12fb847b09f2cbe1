import { createLoader, type Loader } from '@souk/runtime/graphql';
import type { Account } from '../domain/account.ts';
import type { AccountExport } from '../domain/account-export.ts';
import type { SavedAddress } from '../domain/address-book.ts';
import type { ApiKey } from '../domain/api-key.ts';
import type { LinkedIdentity } from '../domain/linked-identity.ts';
import type { Media } from '../domain/media.ts';
import type { Passkey } from '../domain/passkey.ts';
import type { Session } from '../domain/session.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  readonly account: Loader<Account>;
  readonly accountByUsername: Loader<Account>;
  /** Addresses of the viewer; anybody else's load as null. */
  readonly ownAddress: Loader<SavedAddress>;
  readonly media: Loader<Media>;
  /** Sessions of the viewer; anybody else's load as null. */
  readonly ownSession: Loader<Session>;
  readonly ownApiKey: Loader<ApiKey>;
  readonly ownExport: Loader<AccountExport>;
  readonly ownIdentity: Loader<LinkedIdentity>;
  readonly ownPasskey: Loader<Passkey>;
}

/** Loaders for one operation of one viewer. */
export const createLoaders = (
  { accounts, addresses, apiKeys, exports, identities, media, passkeys, sessions }: Stores,
  viewerId: string | null,
): Loaders => ({
  account: createLoader(accounts.findMany, ({ id }) => id),
  accountByUsername: createLoader(accounts.findManyByUsername, ({ username }) => username),
  ownAddress: createLoader(
    (ids) => (viewerId === null ? Promise.resolve([]) : addresses.findManyOf(viewerId, ids)),
    ({ id }: SavedAddress) => id,
  ),
  ownApiKey: createLoader(
    (ids) => (viewerId === null ? Promise.resolve([]) : apiKeys.findManyOf(viewerId, ids)),
    ({ id }: ApiKey) => id,
  ),
  ownExport: createLoader(
    (ids) => (viewerId === null ? Promise.resolve([]) : exports.findManyOf(viewerId, ids)),
    ({ id }: AccountExport) => id,
  ),
  ownIdentity: createLoader(
    (ids) => (viewerId === null ? Promise.resolve([]) : identities.findManyOf(viewerId, ids)),
    ({ id }: LinkedIdentity) => id,
  ),
  ownPasskey: createLoader(
    (ids) => (viewerId === null ? Promise.resolve([]) : passkeys.findManyOf(viewerId, ids)),
    ({ id }: Passkey) => id,
  ),
  media: createLoader(media.findMany, ({ id }) => id),
  ownSession: createLoader(
    (ids) => (viewerId === null ? Promise.resolve([]) : sessions.findManyOf(viewerId, ids)),
    ({ id }: Session) => id,
  ),
});
