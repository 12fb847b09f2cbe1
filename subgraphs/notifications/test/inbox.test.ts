import { newId, viewerIdOf } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOTIFICATION, otherSubgraphsOf, startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const ERRORS = 'errors { __typename ... on UserError { code path } }';
const readAtOf = async (who: string) => {
  const { notifications } = await others.inbox(who, { first: 100 });
  return Object.fromEntries(
    notifications.edges.map(({ node }: { node: { id: string; readAt: string | null } }) => [
      node.id,
      node.readAt,
    ]),
  );
};
const mutate = async (field: string, variables: Record<string, unknown>, who = 'ada') => {
  const operations: Record<string, string> = {
    read: `mutation ($ids: [ID!], $upTo: EventCursor) {
      answer: markNotificationsRead(notificationIds: $ids, upTo: $upTo) {
        changed viewer { id unreadNotifications } ${ERRORS} } }`,
    dismiss: `mutation ($id: ID!) { answer: dismissNotification(notificationId: $id) {
      viewer { unreadNotifications } deletedId ${ERRORS} } }`,
    prefer: `mutation ($input: NotificationPreferencesInput!) {
      answer: updateNotificationPreferences(input: $input) {
        preferences { version rules { kind channel enabled } }
        viewer { notificationPreferences { version } } ${ERRORS} } }`,
  };
  const answer = await graph.execute(operations[field] as string, variables, as(who));
  return answer.data?.answer ?? answer;
};
/** So many notices in somebody's inbox, the newest first. */
const fill = async (who: string, count: number): Promise<string[]> => {
  for (let at = 0; at < count; at += 1) {
    await others.orderStep(who, 'COMPLETED', {
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
    const total = async (filter: Record<string, unknown> | null) =>
      (await others.inbox('chooser', { filter })).notifications.totalCount;
    expect(await total(null)).toBe(3);
    expect(await total({})).toBe(3);
    expect(await total({ kinds: ['MESSAGE'] })).toBe(1);
    expect(await total({ kinds: [] })).toBe(0);
    expect(await total({ unreadOnly: true })).toBe(2);
    expect(await total({ unreadOnly: true, kinds: ['ORDER_STATUS'] })).toBe(1);
    expect(await others.inbox('chooser')).toMatchObject({
      unreadNotifications: 2,
      notificationCounts: {
        unread: 2,
        byKind: [
          { kind: 'MESSAGE', unread: 1 },
          { kind: 'ORDER_STATUS', unread: 1 },
        ],
      },
    });
  });

  test('refuses pages and cursors that are none of its own', async () => {
    await fill('strict', 2);
    const { notifications } = await others.inbox('strict', { first: 1 });
    const { endCursor } = notifications.pageInfo;
    const broken = [
      { first: -1 },
      { first: 101 },
      { after: 'x' },
      { after: endCursor, filter: { unreadOnly: true } },
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
    expect(first).toMatchObject({ changed: 2, viewer: { unreadNotifications: 1 }, errors: [] });
    expect(await readAtOf('reader')).toEqual({
      [ids[0] as string]: expect.any(String),
      [ids[1] as string]: expect.any(String),
      [ids[2] as string]: null,
    });
    const { notificationsHead } = await others.inbox('reader');
    expect(await mutate('read', { ids: ids.slice(0, 2) }, 'reader')).toMatchObject({
      changed: 0,
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
      changed: 3,
      viewer: { unreadNotifications: 1 },
    });
    const { notifications } = await others.inbox('upto', { filter: { unreadOnly: true } });
    expect(notifications.edges).toMatchObject([{ node: { body: 'Later' } }]);
  });

  test("somebody else's: NOT_FOUND, with its place, and nothing is changed", async () => {
    const mine = await fill('mallory', 1);
    const theirs = await fill('victim', 2);
    for (const strange of [theirs[0], newId('ntf'), newId('msg'), '', 'x'.repeat(10_000)]) {
      expect(await mutate('read', { ids: [mine[0], strange] }, 'mallory')).toMatchObject({
        viewer: null,
        changed: 0,
        errors: [
          {
            __typename: 'NotFoundError',
            code: 'NOTIFICATION_NOT_FOUND',
            path: ['notificationIds', '1'],
          },
        ],
      });
      expect(await mutate('dismiss', { id: strange }, 'mallory')).toMatchObject({
        deletedId: null,
        errors: [{ code: 'NOTIFICATION_NOT_FOUND', path: ['notificationId'] }],
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
    const { notificationsHead: upTo } = await others.inbox('ada');
    const tooMany = Array.from({ length: 101 }, () => newId('ntf'));
    for (const [variables, code, place] of [
      [{}, 'EXACTLY_ONE_REQUIRED', 'notificationIds'],
      [{ ids: null, upTo: null }, 'EXACTLY_ONE_REQUIRED', 'notificationIds'],
      [{ ids: [], upTo }, 'EXACTLY_ONE_REQUIRED', 'upTo'],
      [{ ids: tooMany }, 'BAD_USER_INPUT', 'notificationIds'],
    ] as const) {
      expect(await mutate('read', variables)).toMatchObject({ errors: [{ code, path: [place] }] });
    }
    expect(await mutate('read', { ids: [] })).toMatchObject({ changed: 0, errors: [] });
  });

  test('twenty at once mark it once', async () => {
    const ids = await fill('crowd', 1);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => mutate('read', { ids }, 'crowd')),
    );
    expect(answers.filter(({ changed }) => changed > 0)).toHaveLength(1);
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
    deletedId: id,
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
      'mutation { markNotificationsRead(notificationIds: []) { errors { __typename } } }',
    );
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

describe('preferences', () => {
  const rule = (enabled: boolean) => ({ kind: 'MESSAGE', channel: 'EMAIL', enabled });

  test('have a version, which grows with each change and with nothing else', async () => {
    const versions: number[] = [];
    for (const rules of [null, [rule(false)], [rule(false)], [], [rule(true)]]) {
      const answer = await mutate('prefer', { input: { rules } }, 'versioned');
      expect(answer).toMatchObject({
        viewer: { notificationPreferences: { version: answer.preferences.version } },
        errors: [],
      });
      versions.push(answer.preferences.version);
    }
    expect(versions).toEqual([0, 1, 1, 1, 2]);
  });

  test('are not changed for who had seen others: the answer shows those', async () => {
    const change = (expectedVersion: number, enabled: boolean) =>
      mutate('prefer', { input: { expectedVersion, rules: [rule(enabled)] } }, 'two-tabs');
    expect(await change(0, false)).toMatchObject({ preferences: { version: 1 }, errors: [] });
    const now = { version: 1, rules: expect.arrayContaining([rule(false)]) };
    expect(await change(0, true)).toMatchObject({
      preferences: now,
      errors: [{ __typename: 'VersionConflictError', code: 'VERSION_CONFLICT' }],
    });
    expect(await change(1, true)).toMatchObject({ preferences: { version: 2 }, errors: [] });
  });

  test('of twenty changes for one version at once, one is made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        mutate('prefer', { input: { expectedVersion: 0, rules: [rule(false)] } }, 'twenty-tabs'),
      ),
    );
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    const again = await mutate('prefer', { input: {} }, 'twenty-tabs');
    expect(again).toMatchObject({ preferences: { version: 1 } });
  });
});

test('the viewer is a root field, for who is signed in', async () => {
  const VIEWER = '{ viewer { id notificationCounts { unread } } }';
  await fill('rooted', 2);
  expect((await graph.execute(VIEWER, {}, as('rooted'))).data.viewer).toEqual({
    id: viewerIdOf(as('rooted').userId),
    notificationCounts: { unread: 2 },
  });
  const { data, errors } = await graph.execute(VIEWER);
  expect(data.viewer).toBeNull();
  expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
});

test('preferences refuse what says two things, or what there is not', async () => {
  const rule = { kind: 'MESSAGE', channel: 'IN_APP', enabled: false };
  const orderMail = { kind: 'ORDER_STATUS', channel: 'EMAIL', enabled: true };
  const rules = [rule, { ...rule, enabled: true }, orderMail];
  expect(await mutate('prefer', { input: { rules } }, 'picky')).toMatchObject({
    preferences: null,
    errors: [
      { code: 'BAD_USER_INPUT', path: ['input', 'rules', '1'] },
      { code: 'BAD_USER_INPUT', path: ['input', 'rules', '2'] },
    ],
  });
  const unknown = await mutate(
    'prefer',
    { input: { rules: [{ ...rule, kind: 'GOSSIP' }] } },
    'picky',
  );
  expect(unknown.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  const kept = await sql(graph, 'SELECT 1 FROM preference_rule WHERE user_id = $1', [
    as('picky').userId,
  ]);
  expect(kept).toEqual([]);
});

test('a notice of a kind that only a newer release knows hides nothing of the inbox', async () => {
  const who = 'newcomer';
  await others.orderStep(who, 'RESERVED');
  await others.orderStep(who, 'COMPLETED');
  await others.idle();
  const before = await others.inbox(who, { first: 1 });
  const { userId } = as(who);
  const id = newId('ntf');
  await sql(
    graph,
    `INSERT INTO notification (id, user_id, kind, body, source_sequence, created_at, updated_at)
     VALUES ($1, $2, 'MENTION', 'News', 1, now(), now() + interval '1 hour')`,
    [id, userId],
  );
  expect(await others.inbox(who, { first: 1 })).toEqual(before);
  const node = `query ($it: [_Any!]!) { _entities(representations: $it) { ... on Notification { kind } } }`;
  const it = [{ __typename: 'Notification', id }];
  expect(await graph.execute(node, { it }, as(who))).toEqual({ data: { _entities: [null] } });
});
