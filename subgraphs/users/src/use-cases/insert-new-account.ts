import { randomInt } from 'node:crypto';
import type { PayloadOf } from '@souk/runtime/events';
import type { Role } from '../domain/account.ts';
import { emailTaken, usernameTaken } from '../domain/errors.ts';
import { NOT_SUSPENDED } from '../domain/suspension.ts';
import { alternativesTo } from '../domain/username.ts';
import type { AccountStore } from '../persistence/account-store.ts';
import type { UsersDeps } from './deps.ts';

export interface NewPerson {
  id?: string;
  email: { written: string; canonical: string };
  /** When its owner showed that they read the address. */
  emailVerifiedAt: Date;
  username: string;
  displayName: string;
  locale: string | null;
  bio?: string | null;
  roles?: readonly Role[];
  /** Null for who signs in by other means alone. */
  passwordHash: string | null;
}

type Inserting = Pick<UsersDeps, 'clock' | 'newId'>;

/** Inserts an account, and gives the event of it; throws when address or name is taken. */
export async function insertNewAccount(
  { clock, newId }: Inserting,
  { accounts }: { accounts: AccountStore },
  person: NewPerson,
): Promise<{ id: string; registered: PayloadOf<'users.UserRegistered'> }> {
  const { id = newId('usr'), email, username, displayName, locale } = person;
  const inserted = await accounts.insert({
    id,
    username,
    displayName,
    locale,
    bio: person.bio ?? null,
    timeZone: null,
    avatarMediaId: null,
    deletionDueAt: null,
    ...NOT_SUSPENDED,
    email: email.written,
    emailCanonical: email.canonical,
    emailVerifiedAt: person.emailVerifiedAt,
    roles: person.roles ?? ['CUSTOMER'],
    passwordHash: person.passwordHash,
    createdAt: clock(),
  });
  if (!inserted) {
    if (await accounts.emailIsTaken(email.canonical)) throw emailTaken();
    throw usernameTaken(await freeAlternative(accounts, username));
  }
  return { id, registered: { userId: id, username, displayName, locale, email: email.written } };
}

/** The first of a few wishes that is free; they are random, so nobody learns who else is, or was, here. */
export async function freeAlternative(
  accounts: AccountStore,
  username: string,
): Promise<string | null> {
  const wishes = alternativesTo(username, [
    randomInt(2, 100),
    randomInt(100, 1_000),
    randomInt(1_000, 100_000),
  ]);
  for (const wish of wishes) if (!(await accounts.usernameIsTaken(wish))) return wish;
  return null;
}
