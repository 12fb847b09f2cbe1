import type { Viewer } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { sized, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../src/app.ts';
import { assertAdminStays, lockedByAdmin } from '../src/use-cases/decide-about-account.ts';
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
    `mutation { setUserRoles(userId: "${id}", roles: [SUPPORT]) { errors { __typename ... on UserError { code message } } } }`,
  suspendUser: (id: string) =>
    `mutation { suspendUser(userId: "${id}", reason: "A coup") { errors { __typename ... on UserError { code message } } } }`,
};

describe.each(Object.entries(ACTS))('%s', (name, act) => {
  test('of two admins who demote each other at once, one remains', async () => {
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

describe('the last admin who stays', () => {
  const DELETE =
    'mutation { deleteAccount { viewer { deletionScheduledFor } errors { __typename ... on UserError { code message } } } }';
  // Said to the last one, and to who would send them away.
  const message = 'No other admin would be left: make somebody else an admin first.';
  const refused = [{ __typename: 'ConflictError', code: 'LAST_ADMINISTRATOR', message }];
  const errorsOf = async (operation: string, viewer: Viewer) => {
    const data = await graph.ask(operation, {}, viewer);
    return Object.values(data as Record<string, { errors: { code: string }[] }>)[0]?.errors ?? [];
  };
  /** Leaves these admins alone, whoever was one before. */
  const onlyAdmins = async (...usernames: string[]) => {
    await sql(graph, "UPDATE account SET roles = '{CUSTOMER}' WHERE 'ADMIN' = ANY(roles)");
    const viewers = [];
    for (const username of usernames) viewers.push(await admin(username));
    return viewers as [Viewer, Viewer];
  };
  const staying = () =>
    sql(
      graph,
      `SELECT id FROM account WHERE 'ADMIN' = ANY(roles) AND deletion_due_at IS NULL AND suspended_at IS NULL`,
    );

  test('cannot delete their account, and can once there is another', async () => {
    const [last] = await onlyAdmins('last');
    expect(await errorsOf(DELETE, last)).toEqual(refused);
    const other = await admin('heir');
    expect(await errorsOf(DELETE, last)).toEqual([]);
    expect(await errorsOf(DELETE, other)).toEqual(refused);
  });

  test('is not removed by one who is about to leave', async () => {
    const [leaving, last] = await onlyAdmins('leaving', 'remaining');
    expect(await errorsOf(DELETE, leaving)).toEqual([]);
    for (const act of Object.values(ACTS))
      expect(await errorsOf(act(last.userId), leaving)).toEqual(refused);
    await errorsOf('mutation { cancelAccountDeletion { errors { __typename } } }', leaving);
    expect(await errorsOf(ACTS.suspendUser(last.userId), leaving)).toEqual([]);
    // One who is suspended for now does not stay, either.
    expect(await errorsOf(DELETE, leaving)).toEqual(refused);
  });

  test('when all admins delete their accounts at once, one remains', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const names = Array.from({ length: 5 }, (_, n) => `all_${round}_${n}`);
      const admins: Viewer[] = await onlyAdmins(...names);
      const answers = await Promise.all(admins.map((viewer) => errorsOf(DELETE, viewer)));
      expect(answers.filter(({ length }) => length > 0)).toEqual([refused]);
      expect(await staying()).toHaveLength(1);
    }
  });

  test('without the lock on the admins nobody would remain (mutant)', async () => {
    const admins = await onlyAdmins('naive_a', 'naive_b');
    const { services, infrastructure } = await users.open(graph.deps);
    let here = 0;
    let bothHaveAsked = () => {};
    const both = new Promise<void>((resolve) => {
      bothHaveAsked = resolve;
    });
    const leave = ({ userId }: Viewer) =>
      services.transaction(async ({ accounts }) => {
        const account = await accounts.lock(userId);
        if (!account) throw new Error('There is no such account.');
        // The mutant: asks who stays without the lock on it.
        const anotherAdminStays = async () => (await staying()).some(({ id }) => id !== userId);
        await assertAdminStays(
          { accounts: { ...accounts, anotherAdminStays } },
          account,
          new Date(),
        );
        here += 1;
        if (here === 2) bothHaveAsked();
        await both;
        await accounts.setDeletionDue(userId, new Date());
      });
    await Promise.all(admins.map(leave));
    await infrastructure.close();
    expect(await staying()).toEqual([]);
  });
});
