import { newId, systemClock, viewerIdOf } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { userIdOf } from '@souk/testkit';
import { expect, test } from 'vitest';
import { DEMO_PASSWORD, DEMO_USERNAMES, type DemoUsername, seedDemoUsers } from '../src/index.ts';
import { login, startUsers } from './accounts.ts';
import { eventsOf } from './database.ts';

test('demo people are created once, can sign in, and get no mail', async () => {
  await using graph = await startUsers();
  const { config, databaseUrl, backplane } = graph;
  const deps = {
    ...{ config, databaseUrl, backplane, newId, clock: systemClock, logger: silentLogger },
    cursorSecret: 'a secret for tests, long enough for anyone',
  };
  const ids = Object.fromEntries(DEMO_USERNAMES.map((name) => [name, userIdOf(name)])) as Record<
    DemoUsername,
    string
  >;
  const people = await seedDemoUsers(deps, ids);
  expect(await seedDemoUsers(deps, ids)).toEqual(people);
  expect(people.map(({ username }) => username)).toEqual([...DEMO_USERNAMES]);
  for (const username of DEMO_USERNAMES) {
    const answer = await login(graph, { login: username, password: DEMO_PASSWORD });
    expect(answer).toMatchObject({
      errors: [],
      viewer: { id: viewerIdOf(ids[username]), emailVerified: true },
    });
    expect(answer.viewer.roles.includes('ADMIN')).toBe(username === 'ida');
    expect(await eventsOf(graph, ids[username])).toMatchObject([
      { type: 'users.UserRegistered', payload: { username: expect.any(String) } },
    ]);
  }
});
