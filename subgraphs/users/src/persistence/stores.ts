import type { Prisma } from '../__generated__/prisma/client.ts';
import { type AccountStore, createAccountStore } from './account-store.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';

export interface UsersStores {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
}

/** The stores, inside a transaction or on the client itself. */
export const storesOn = (db: Prisma.TransactionClient): UsersStores => ({
  accounts: createAccountStore(db),
  sessions: createSessionStore(db),
});
