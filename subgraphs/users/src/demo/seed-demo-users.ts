import { userStream } from '@souk/runtime/events';
import { createInfrastructure, type SubgraphDeps } from '@souk/runtime/subgraph';
import type { UsersConfig } from '../config.ts';
import { createPasswords } from '../credentials/passwords.ts';
import { parsedEmail } from '../domain/registration.ts';
import { createClient } from '../persistence/client.ts';
import { storesOn } from '../persistence/stores.ts';
import { insertNewAccount } from '../use-cases/insert-new-account.ts';
import { DEMO_PASSWORD, DEMO_PEOPLE, DEMO_USERNAMES, type DemoUsername } from './demo-people.ts';

export interface DemoPerson {
  readonly username: DemoUsername;
  readonly email: string;
  readonly displayName: string;
}

/**
 * Creates the accounts of the demo people, with confirmed addresses, under the given ids; existing ones stay
 * as they are. Each new one is recorded as `users.UserRegistered`; nobody is sent a mail.
 */
export async function seedDemoUsers(
  deps: SubgraphDeps<UsersConfig>,
  ids: Readonly<Record<DemoUsername, string>>,
): Promise<DemoPerson[]> {
  const { databaseUrl, clock, newId } = deps;
  const client = createClient(databaseUrl);
  const infrastructure = createInfrastructure({
    name: 'users',
    client,
    storesOn,
    consumers: [],
    deps,
  });
  try {
    const here = await infrastructure.reads.accounts.findMany(Object.values(ids));
    const missing = DEMO_USERNAMES.filter((name) => !here.some(({ id }) => id === ids[name]));
    const passwords = createPasswords();
    for (const username of missing) {
      const { displayName, bio, locale, roles } = DEMO_PEOPLE[username];
      const email = parsedEmail(emailOf(username), ['email']);
      const passwordHash = await passwords.hash(DEMO_PASSWORD);
      await infrastructure.transaction(async (stores) => {
        const account = await insertNewAccount({ clock, newId }, stores, {
          id: ids[username],
          username,
          displayName,
          bio,
          locale,
          roles,
          email,
          passwordHash,
          emailVerifiedAt: clock(),
        });
        await stores.events.append({
          type: 'users.UserRegistered',
          stream: userStream(account.id),
          payload: account.registered,
        });
      });
    }
  } finally {
    await infrastructure.close();
  }
  return DEMO_USERNAMES.map((username) => ({
    username,
    email: emailOf(username),
    displayName: DEMO_PEOPLE[username].displayName,
  }));
}

/** A domain that never receives mail (RFC 2606). */
const emailOf = (username: DemoUsername) => `${username}@souk.example`;
