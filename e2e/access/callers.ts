import type { Role } from '@souk/runtime/domain';
import { registerPerson, sql } from '@souk/testkit';
import type { RunningSouk } from '../running-souk.ts';
import { doneBy } from './ask-as.ts';

/** The callers, in the order in which they ask. docs/contract.md says what the words mean. */
export const CALLERS = [
  'anonymous',
  'key',
  'suspended',
  'stranger',
  'member',
  'support',
  'moderator',
  'seller',
  'owner',
  'admin',
] as const;
export type Caller = (typeof CALLERS)[number];

export const isCaller = (word: string): word is Caller =>
  (CALLERS as readonly string[]).includes(word);

/** Somebody signed in. */
export interface SignedIn {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
}

const ROLES: Partial<Record<Caller | 'victim', Role>> = {
  support: 'SUPPORT',
  moderator: 'MODERATOR',
  admin: 'ADMIN',
};
const PEOPLE = [
  ...(['suspended', 'stranger', 'member', 'support'] as const),
  ...(['moderator', 'seller', 'owner', 'admin', 'victim'] as const),
] as const;
export type People = Record<(typeof PEOPLE)[number], SignedIn>;

export const PASSWORD = 'seven green kettles sing';

/** Registers everybody; staff have their roles, and nobody is suspended yet. */
export async function registerPeople(souk: RunningSouk): Promise<People> {
  const users = { databaseUrl: souk.databaseUrls.users };
  const people: Partial<People> = {};
  // One after the other: passwords are hashed by a few at once, and the others would wait.
  for (const name of PEOPLE) {
    people[name] = await registerPerson(souk.ask, users, {
      ...{ username: `the_${name}`, displayName: `The ${name}`, password: PASSWORD },
      email: `${name}@example.org`,
    });
    const role = ROLES[name];
    if (role === undefined) continue;
    await giveRole(souk, people[name].id, role);
    people[name] = await signIn(souk, name);
  }
  return people as People;
}

/** As the operator of a new Souk does it: there is nobody yet who may give roles. */
async function giveRole(souk: RunningSouk, userId: string, role: Role): Promise<void> {
  const users = { databaseUrl: souk.databaseUrls.users };
  await sql(users, 'UPDATE account SET roles = roles || $1::role WHERE id = $2', [role, userId]);
}

/** Signs in again, as somebody whose sessions ended or whose roles are others by now. */
export async function signIn(souk: RunningSouk, name: string): Promise<SignedIn> {
  const { viewer, tokens } = await doneBy(souk)(
    null,
    'login',
    `input: { login: "the_${name}", password: "${PASSWORD}" }`,
    'viewer { user { id } } tokens { accessToken refreshToken }',
  );
  return { id: viewer.user.id, token: tokens.accessToken, refreshToken: tokens.refreshToken };
}
