import type { Viewer } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { sized, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../src/app.ts';
import { lockedByAdmin } from '../src/use-cases/decide-about-account.ts';
import { login, type StartedUsers, someone, startUsers, viewerOf } from './accounts.ts';

// Two admins who act against each other at once: one of them was first, and the other may not any more.

const ROUNDS = sized({ suite: 1, soak: 20 });
let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

async function admin(username: string): Promise<Viewer> {
  const { viewer } = await someone(graph, username);
  await sql(graph, "UPDATE account SET roles = '{CUSTOMER,ADMIN}' WHERE id = $1", [viewer.userId]);
  return viewerOf(await login(graph, { login: username }));
}

const ACTS = {
  setUserRoles: (id: string) =>
    `mutation { setUserRoles(userId: "${id}", roles: [SUPPORT]) { errors { __typename ... on UserError { code } } } }`,
  suspendUser: (id: string) =>
    `mutation { suspendUser(userId: "${id}", reason: "A coup") { errors { __typename ... on UserError { code } } } }`,
};

describe.each(Object.entries(ACTS))('%s', (name, act) => {
  test('of two who do it to each other at once, one remains who may', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [one, two] = [await admin(`${name}_a${round}`), await admin(`${name}_b${round}`)];
      const answers = await Promise.all([
        graph.execute(act(two.userId), {}, one),
        graph.execute(act(one.userId), {}, two),
      ]);
      const done = answers.filter(({ data }) => data?.[name]?.errors.length === 0);
      expect(done).toHaveLength(1);
      const left = await sql(
        graph,
        "SELECT id FROM account WHERE id IN ($1, $2) AND 'ADMIN' = ANY(roles) AND suspended_at IS NULL",
        [one.userId, two.userId],
      );
      expect(left).toHaveLength(1);
    }
  });
});

test('without the locks both would, and this suite sees it', async () => {
  const [one, two] = [await admin('unlocked_a'), await admin('unlocked_b')];
  const { services, infrastructure } = await users.open(graph.deps);
  let here = 0;
  let bothHaveRead = () => {};
  const both = new Promise<void>((resolve) => {
    bothHaveRead = resolve;
  });
  const demote = (viewer: Viewer, userId: string) =>
    services.transaction(async (stores) => {
      const { accounts } = stores;
      // The mutant: reads the accounts without locking them.
      const lock = async (id: string) => (await accounts.findMany([id]))[0] ?? null;
      const naive = replaceStores(stores, { accounts: { ...accounts, lock } });
      await lockedByAdmin(naive, viewer, { userId, now: new Date() });
      here += 1;
      if (here === 2) bothHaveRead();
      await both;
      await accounts.setRoles(userId, ['CUSTOMER']);
    });
  await Promise.all([demote(one, two.userId), demote(two, one.userId)]);
  await infrastructure.close();
  const left = await sql(
    graph,
    "SELECT id FROM account WHERE id IN ($1, $2) AND 'ADMIN' = ANY(roles)",
    [one.userId, two.userId],
  );
  expect(left).toEqual([]);
});
