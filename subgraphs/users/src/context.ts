import {
  type Clock,
  createLoader,
  type LiveStreams,
  type Loader,
  type RequestContext,
  type SealedCursors,
} from '@souk/runtime';
import type { Account } from './domain/account.ts';
import type { Session } from './domain/session.ts';
import type { UsersStores } from './persistence/stores.ts';
import type { UseCases } from './use-cases/index.ts';

export interface Loaders {
  readonly account: Loader<Account>;
  readonly accountByUsername: Loader<Account>;
  /** Sessions of the viewer; anybody else's load as null. */
  readonly ownSession: Loader<Session>;
}

/** What a resolver receives. */
export interface Context extends RequestContext {
  readonly loaders: Loaders;
  readonly useCases: UseCases;
  /** For lists, which no loader batches. */
  readonly reads: UsersStores;
  readonly cursors: SealedCursors;
  readonly live: LiveStreams;
  readonly clock: Clock;
}

/** Loaders for one operation of one viewer. */
export function createLoaders({ accounts, sessions }: UsersStores, userId: string | undefined) {
  const account = createLoader(accounts.findMany, ({ id }) => id);
  return {
    account,
    accountByUsername: createLoader(accounts.findManyByUsername, ({ username }) => username),
    ownSession: createLoader(
      (ids) => (userId === undefined ? Promise.resolve([]) : sessions.findManyOf(userId, ids)),
      ({ id }: Session) => id,
    ),
  } satisfies Loaders;
}
