import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOTIFICATION, otherSubgraphsOf, startNotifications } from './inbox.ts';
import { sql } from './sql.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const ERRORS = 'errors { __typename ... on UserError { code path } }';
const mutate = async (field: string, variables: Record<string, unknown>, who = 'ada') => {
  const operations: Record<string, string> = {
    read: `mutation ($ids: [ID!], $upTo: EventCursor) { answer: markNotificationsRead(ids: $ids, upTo: $upTo) {
      viewer { id unreadNotifications } notifications { id readAt } ${ERRORS} } }`,
    dismiss: `mutation ($id: ID!) { answer: dismissNotification(id: $id) {
      viewer { unreadNotifications } notifications { id } ${ERRORS} } }`,
    prefer: `mutation ($input: PreferencesInput!) { answer: updateNotificationPreferences(input: $input) {
      preferences { rules { kind enabled } } ${ERRORS} } }`,
  };
  const answer = await graph.execute(operations[field] as string, variables, as(who));
  return answer.data?.answer ?? answer;
};
/** So many notices in somebody's inbox, the newest first. */
const fill = async (who: string, count: number): Promise<string[]> => {
  for (let at = 0; at < count; at += 1) {
    await others.orderStep(who, 'SHIPPED', {
      occurredAt: new Date(1_800_000_000_000 + at * 1_000),
    });
  }
  await others.idle();
  const { notifications } = await others.inbox(who, { first: 100 });
  return notifications.edges.map(({ node }: { node: { id: string } }) => node.id);
};

describe('the list', () => {
  test('comes in pages, what grew last first', async () => {
    const ids = await fill('pager', 7);
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { notifications } = await others.inbox('pager', { first: 3, after });
      expect(notifications.totalCount).toBe(7);
      seen.push(...notifications.edges.map(({ node }: { node: { id: string } }) => node.id));
      if (!notifications.pageInfo.hasNextPage) break;
      after = notifications.pageInfo.endCursor;
    }
    expect(seen).toEqual(ids);
    expect(new Set(seen).size).toBe(7);
  });

  test('can be cut to kinds and to what is unread', async () => {
    const [first] = await fill('chooser', 2);
    const room = await others.room(['ada', 'chooser']);
    await others.post(room, 'ada', 'Hi');
    await others.idle();
    await mutate('read', { ids: [first] }, 'chooser');
    const total = async (variables: Record<string, unknown>) =>
      (await others.inbox('chooser', variables)).notifications.totalCount;
    expect(await total({})).toBe(3);
    expect(await total({ kind: ['MESSAGE'] })).toBe(1);
    expect(await total({ kind: [] })).toBe(0);
    expect(await total({ unreadOnly: true })).toBe(2);
    expect(await total({ unreadOnly: true, kind: ['ORDER_STATUS'] })).toBe(1);
    expect((await others.inbox('chooser')).unreadNotifications).toBe(2);
  });

  test('refuses pages and cursors that are none of its own', async () => {
    await fill('strict', 2);
    const { notifications } = await others.inbox('strict', { first: 1 });
    const { endCursor } = notifications.pageInfo;
    const broken = [
      { first: -1 },
      { first: 101 },
      { after: 'x' },
      { after: endCursor, unreadOnly: true },
      { after: `${endCursor.slice(0, -3)}AAA` },
    ];
    for (const variables of broken) {
      await expect(others.inbox('strict', variables)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
    await fill('other', 2);
    await expect(others.inbox('other', { after: endCursor })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  test('of fifteen costs as many statements as one of two', async () => {
    for (let at = 0; at < 15; at += 1) {
      const room = await others.room([`author${at}`, 'counter']);
      await others.post(room, `author${at}`, 'Hi');
    }
    await others.idle();
    const cost = async (first: number) => {
      const statements = await graph.statementsOf(async () => {
        const { notifications } = await others.inbox('counter', { first });
        expect(notifications.edges).toHaveLength(first);
      });
      return statements.length;
    };
    expect(await cost(15)).toBe(await cost(2));
  });
});

describe('reading', () => {
  test('these: once, with the time, and again it changes nothing', async () => {
    const ids = await fill('reader', 3);
    const first = await mutate('read', { ids: ids.slice(0, 2) }, 'reader');
    expect(first).toMatchObject({ viewer: { unreadNotifications: 1 }, errors: [] });
    expect(first.notifications.map(({ id }: { id: string }) => id).sort()).toEqual(
      ids.slice(0, 2).sort(),
    );
    expect(first.notifications[0].readAt).not.toBeNull();
    const { notificationsHead } = await others.inbox('reader');
    expect(await mutate('read', { ids: ids.slice(0, 2) }, 'reader')).toMatchObject({
      notifications: [],
      viewer: { unreadNotifications: 1 },
      errors: [],
    });
    expect((await others.inbox('reader')).notificationsHead).toBe(notificationsHead);
  });

  test('up to a cursor: what came later stays unread', async () => {
    await fill('upto', 3);
    const { notificationsHead: upTo } = await others.inbox('upto');
    const room = await others.room(['ada', 'upto']);
    await others.post(room, 'ada', 'Later');
    await others.idle();
    expect(await mutate('read', { upTo }, 'upto')).toMatchObject({
      viewer: { unreadNotifications: 1 },
    });
    const { notifications } = await others.inbox('upto', { unreadOnly: true });
    expect(notifications.edges).toMatchObject([{ node: { body: 'Later' } }]);
  });

  test("somebody else's: NOT_FOUND, with its place, and nothing is changed", async () => {
    const mine = await fill('mallory', 1);
    const theirs = await fill('victim', 2);
    for (const strange of [theirs[0], newId('ntf'), newId('msg'), '', 'x'.repeat(10_000)]) {
      expect(await mutate('read', { ids: [mine[0], strange] }, 'mallory')).toMatchObject({
        viewer: null,
        notifications: [],
        errors: [
          { __typename: 'NotFoundError', code: 'NOTIFICATION_NOT_FOUND', path: ['ids', '1'] },
        ],
      });
      expect(await mutate('dismiss', { id: strange }, 'mallory')).toMatchObject({
        errors: [{ code: 'NOTIFICATION_NOT_FOUND', path: ['id'] }],
      });
    }
    const rows = await sql(
      graph,
      'SELECT read_at, dismissed_at FROM notification WHERE id = ANY($1)',
      [[...mine, ...theirs]],
    );
    expect(rows).toEqual(Array(3).fill({ read_at: null, dismissed_at: null }));
  });

  test("a cursor of somebody else's inbox marks nothing", async () => {
    await fill('victim2', 1);
    await fill('mallory2', 1);
    const { notificationsHead: upTo } = await others.inbox('victim2');
    expect(await mutate('read', { upTo }, 'mallory2')).toMatchObject({
      errors: [{ __typename: 'ValidationError', code: 'BAD_USER_INPUT', path: ['upTo'] }],
    });
    expect((await others.inbox('mallory2')).unreadNotifications).toBe(1);
  });

  test('takes ids or a cursor, and not too many', async () => {
    for (const variables of [
      {},
      { ids: null, upTo: null },
      { ids: Array.from({ length: 101 }, () => newId('ntf')) },
    ]) {
      expect(await mutate('read', variables)).toMatchObject({
        errors: [{ code: 'BAD_USER_INPUT', path: ['ids'] }],
      });
    }
    expect(await mutate('read', { ids: [] })).toMatchObject({ notifications: [], errors: [] });
  });

  test('twenty at once mark it once', async () => {
    const ids = await fill('crowd', 1);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => mutate('read', { ids }, 'crowd')),
    );
    expect(answers.filter(({ notifications }) => notifications.length > 0)).toHaveLength(1);
    const [{ count } = { count: 0 }] = await sql<{ count: number }>(
      graph,
      `SELECT count(*)::int FROM event_record
       WHERE stream = $1 AND type = 'notifications.NotificationsRead'`,
      [`user:${as('crowd').userId}`],
    );
    expect(count).toBe(1);
  });
});

test('what is dismissed is gone from the list, the count and every path', async () => {
  const [id, other] = await fill('tidy', 2);
  expect(await mutate('dismiss', { id }, 'tidy')).toEqual({
    viewer: { unreadNotifications: 1 },
    notifications: [{ id }],
    errors: [],
  });
  const { notifications } = await others.inbox('tidy');
  expect(notifications.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([other]);
  expect(await mutate('dismiss', { id }, 'tidy')).toMatchObject({
    errors: [{ code: 'NOTIFICATION_NOT_FOUND' }],
  });
});

describe('an inbox is for its owner', () => {
  test('by every path', async () => {
    const [id] = await fill('owner', 1);
    const entity = async (viewer: ReturnType<typeof as> | null) => {
      const { data } = await graph.execute(
        `${NOTIFICATION} query ($r: [_Any!]!) { _entities(representations: $r) { ...Notification } }`,
        { r: [{ __typename: 'Notification', id }] },
        viewer,
      );
      return data._entities[0];
    };
    expect((await entity(as('owner'))).id).toBe(id);
    expect(await entity(as('eve'))).toBeNull();
    expect(await entity(as('root', 'ADMIN'))).toBeNull();
    expect(await entity(null)).toBeNull();
    expect(await others.inbox('owner', {}, as('eve'))).toBeNull();
    expect(await others.inbox('owner', {}, null)).toBeNull();
  });

  test('and nothing is changed without signing in', async () => {
    const { errors } = await graph.execute(
      'mutation { markNotificationsRead(ids: []) { errors { __typename } } }',
    );
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

test('preferences refuse what says two things, or what there is not', async () => {
  const rule = { kind: 'MESSAGE', channel: 'IN_APP', enabled: false };
  expect(
    await mutate('prefer', { input: { rules: [rule, { ...rule, enabled: true }] } }, 'picky'),
  ).toMatchObject({
    preferences: null,
    errors: [{ code: 'BAD_USER_INPUT', path: ['input', 'rules', '1'] }],
  });
  const unknown = await mutate(
    'prefer',
    { input: { rules: [{ ...rule, kind: 'GOSSIP' }] } },
    'picky',
  );
  expect(unknown.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  expect(await sql(graph, 'SELECT 1 FROM preference_rule')).toEqual([]);
});
