import { type AccountStore, createAccountStore } from './account-store.ts';
import type { Db } from './client.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';

export interface Stores {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
}

/** The stores, inside a transaction or on the client itself. */
export const storesOn = (db: Db): Stores => ({
  accounts: createAccountStore(db),
  sessions: createSessionStore(db),
});
