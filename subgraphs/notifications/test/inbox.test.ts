import { createECDH, randomBytes } from 'node:crypto';
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
    unread: `mutation ($ids: [ID!]!) { answer: markNotificationsUnread(notificationIds: $ids) {
      notifications { id readAt archivedAt } viewer { unreadNotifications } ${ERRORS} } }`,
    archive: `mutation ($ids: [ID!]!) { answer: archiveNotifications(notificationIds: $ids) {
      notifications { id readAt archivedAt } viewer { unreadNotifications } ${ERRORS} } }`,
    snooze: `mutation ($id: ID!, $until: DateTime) {
      answer: snoozeNotification(notificationId: $id, until: $until) {
        notification { id readAt snoozedUntil } viewer { unreadNotifications } ${ERRORS} } }`,
    seen: `mutation ($upTo: EventCursor!) { answer: markNotificationsSeen(upTo: $upTo) {
      viewer { notificationCounts { unread badge } } ${ERRORS} } }`,
    prefer: `mutation ($input: NotificationPreferencesInput!) {
      answer: updateNotificationPreferences(input: $input) {
        preferences { version digest timeZone pausedUntil missedMessageDelayMinutes emailLocale
          quietPeriods { days start end } rules { kind channel enabled } }
        viewer { notificationPreferences { version } } ${ERRORS} } }`,
  };
  const answer = await graph.execute(operations[field] as string, variables, as(who));
  return answer.data?.answer ?? answer;
};
/** Puts this many notices into somebody's inbox and resolves to their ids, the newest first. */
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
  test('is listed in pages, the most recently updated first', async () => {
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

  test('can be filtered by kind and by unread', async () => {
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

  test('of fifteen notices takes as many statements as one of two', async () => {
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

  test('up to a cursor: later notices stay unread', async () => {
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

test('a dismissed notice is gone from the list, the count and every path', async () => {
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
      const data = await graph.ask(
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

  test('are not changed by an outdated edit: the answer contains the current ones', async () => {
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

test('the viewer is a root field for signed-in people', async () => {
  const VIEWER = '{ viewer { id notificationCounts { unread } } }';
  await fill('rooted', 2);
  expect((await graph.ask(VIEWER, {}, as('rooted'))).viewer).toEqual({
    id: viewerIdOf(as('rooted').userId),
    notificationCounts: { unread: 2 },
  });
  const { data, errors } = await graph.execute(VIEWER);
  expect(data.viewer).toBeNull();
  expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
});

test('contradictory and unknown preferences are refused', async () => {
  const rule = { kind: 'MESSAGE', channel: 'IN_APP', enabled: false };
  const securityMail = { kind: 'SECURITY', channel: 'EMAIL', enabled: true };
  const rules = [rule, { ...rule, enabled: true }, securityMail];
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

const boxOf = async (who: string, box: string) => {
  const { notifications } = await others.inbox(who, { filter: { box } });
  return notifications.edges.map(({ node }: { node: { id: string } }) => node.id);
};

test('a notice is in one box at a time, and goes from one to the next', async () => {
  const who = 'sorter';
  const [third, second, first] = (await fill(who, 3)) as [string, string, string];
  expect(await mutate('archive', { ids: [third] }, who)).toMatchObject({
    notifications: [{ id: third, readAt: expect.any(String), archivedAt: expect.any(String) }],
    viewer: { unreadNotifications: 2 },
    errors: [],
  });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  expect(await mutate('snooze', { id: second, until }, who)).toMatchObject({
    notification: { id: second, snoozedUntil: until },
    viewer: { unreadNotifications: 1 },
    errors: [],
  });
  expect(await boxOf(who, 'INBOX')).toEqual([first]);
  expect(await boxOf(who, 'SNOOZED')).toEqual([second]);
  expect(await boxOf(who, 'ARCHIVED')).toEqual([third]);
  expect(await mutate('unread', { ids: [third] }, who)).toMatchObject({
    notifications: [{ id: third, readAt: null, archivedAt: null }],
    viewer: { unreadNotifications: 2 },
  });
  await mutate('snooze', { id: second }, who);
  expect(new Set(await boxOf(who, 'INBOX'))).toEqual(new Set([first, second, third]));
  for (const bad of [
    { until: '2020-01-01T00:00:00.000Z' },
    { until: '2100-01-01T00:00:00.000Z' },
  ]) {
    const { errors } = await mutate('snooze', { id: second, ...bad }, who);
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['until'] }]);
  }
});

test('a snoozed notice returns unread, and is not marked read with the list meanwhile', async () => {
  const who = 'postponer';
  const [second, first] = (await fill(who, 2)) as [string, string];
  await mutate('read', { ids: [second] }, who);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  expect(await mutate('snooze', { id: second, until }, who)).toMatchObject({
    notification: { id: second, readAt: null, snoozedUntil: until },
    viewer: { unreadNotifications: 1 },
  });
  const { notificationsHead: upTo } = await others.inbox(who);
  expect(await mutate('read', { upTo }, who)).toMatchObject({ changed: 1 });
  expect(await boxOf(who, 'INBOX')).toEqual([first]);
  expect(await mutate('snooze', { id: second }, who)).toMatchObject({
    notification: { id: second, readAt: null, snoozedUntil: null },
    viewer: { unreadNotifications: 1 },
  });
  expect(new Set(await boxOf(who, 'INBOX'))).toEqual(new Set([first, second]));
});

test('the badge counts notices since the list was last seen, apart from reading', async () => {
  const who = 'glancer';
  for (const step of ['RESERVED', 'PAID']) await others.orderStep(who, step);
  await others.idle();
  const badge = async () => {
    const data = await graph.ask('{ viewer { notificationCounts { unread badge } } }', {}, as(who));
    return data.viewer.notificationCounts;
  };
  expect(await badge()).toEqual({ unread: 2, badge: 2 });
  const { notificationsHead: upTo } = await others.inbox(who);
  expect(await mutate('seen', { upTo }, who)).toEqual({
    viewer: { notificationCounts: { unread: 2, badge: 0 } },
    errors: [],
  });
  await others.orderStep(who, 'COMPLETED', { occurredAt: new Date(Date.now() + 1_000) });
  await others.idle();
  expect(await badge()).toEqual({ unread: 3, badge: 1 });
});

test('settings are kept with the rules, under one version, and null takes one back', async () => {
  const night = { days: ['MONDAY', 'FRIDAY'], start: '22:00', end: '07:00' };
  const input = {
    digest: 'DAILY',
    quietPeriods: [night],
    timeZone: 'Europe/Lisbon',
    missedMessageDelayMinutes: 30,
    emailLocale: 'de-AT',
  };
  expect((await mutate('prefer', { input }, 'settled')).preferences).toMatchObject({
    version: 1,
    ...input,
  });
  const again = await mutate('prefer', { input: { ...input, expectedVersion: 1 } }, 'settled');
  expect(again.preferences.version).toBe(1);
  const back = { quietPeriods: null, missedMessageDelayMinutes: null, emailLocale: null };
  expect((await mutate('prefer', { input: back }, 'settled')).preferences).toMatchObject({
    ...{ version: 2, digest: 'DAILY', quietPeriods: [] },
    ...{ missedMessageDelayMinutes: 5, emailLocale: null },
  });
  const wrong = {
    timeZone: 'Mars/Olympus',
    emailLocale: 'fr',
    quietPeriods: [{ ...night, days: [] }],
  };
  const { errors } = await mutate('prefer', { input: wrong }, 'settled');
  expect(errors.map(({ path }: { path: string[] }) => path.slice(0, 2).join('.')).sort()).toEqual([
    'input.emailLocale',
    'input.quietPeriods',
    'input.timeZone',
  ]);
});

test('sellers and buyers are notified in their language, with a link to the subject', async () => {
  const [owner, clerk] = [as('shopkeeper').userId, as('clerk').userId];
  const sellerId = newId('sel');
  const members = [
    { userId: owner, role: 'OWNER' as const },
    { userId: clerk, role: 'STAFF' as const },
  ];
  await graph.deliver('users.UserRegistered', {
    ...{ userId: clerk, username: 'clerk', displayName: 'Clerk', email: 'clerk@example.test' },
    locale: 'de-DE',
  });
  const seller = {
    ...{ sellerId, handle: 'mugs', displayName: 'Mugs', status: 'ACTIVE' as const, version: 1 },
    ...{ members, commissions: [] },
  };
  await graph.deliver('products.SellerCreated', seller, {
    stream: `seller:${sellerId}`,
    sequence: 1,
  });
  await others.idle();
  const part = {
    ...{ orderId: newId('ord'), number: 'S-7', buyerId: as('client').userId },
    ...{ sellerId, sellerOrderId: newId('sor') },
  };
  await graph.deliver('orders.SellerOrderReceived', part);
  await graph.deliver('orders.ReturnChanged', {
    ...part,
    returnId: newId('ret'),
    status: 'REQUESTED',
  });
  await graph.deliver('orders.ReturnChanged', {
    ...part,
    returnId: newId('ret'),
    status: 'APPROVED',
  });
  await graph.deliver('orders.ShipmentUpdated', {
    ...part,
    shipmentId: newId('shp'),
    status: 'IN_TRANSIT',
  });
  // Another number of a parcel, or its way to and fro, is no second notice.
  for (const from of ['IN_TRANSIT', 'EXCEPTION']) {
    const moved = { ...part, shipmentId: newId('shp'), status: 'IN_TRANSIT', from };
    await graph.deliver('orders.ShipmentUpdated', moved);
  }
  await graph.deliver('orders.RefundIssued', { ...part, refundId: newId('rfd') });
  await graph.deliver('orders.PayoutChanged', { sellerId, payoutId: newId('pot'), status: 'PAID' });
  await graph.deliver('products.ReviewPosted', {
    ...{ reviewId: newId('rev'), productId: newId('prd'), sellerId, authorId: owner, rating: 4 },
    productTitle: 'Mug',
  });
  await graph.deliver('users.SecurityChanged', {
    ...{ userId: owner, change: 'PASSKEY_ADDED', email: 'owner@example.test' },
  });
  await graph.deliver('chat.ReminderDue', {
    ...{ userId: owner, roomId: newId('room'), messageId: newId('msg') },
    ...{ note: null, excerpt: 'Buy tea' },
  });
  await graph.deliver('chat.ReportFiled', {
    ...{ reportId: newId('rep'), roomId: newId('room'), messageId: newId('msg') },
    ...{ recipientIds: [owner], reporterId: clerk },
  });
  await graph.deliver('products.StockLow', {
    ...{ variantId: newId('var'), productId: newId('prd'), sellerId, title: 'Mug', sku: 'MUG' },
    ...{ available: 2, threshold: 3 },
  });
  const [productId, variantId] = [newId('prd'), newId('var')];
  const stream = `product:${productId}`;
  const set = async (field: string, argument: string, who: string) => {
    const data = await graph.ask(
      `mutation { ${field}(${argument}) { entity { viewerWatch { events } }
        errors { ... on UserError { code path } } } }`,
      {},
      as(who),
    );
    return data[field];
  };
  const wish = `input: { entityId: "${productId}", events: [PRICE_DROP, BACK_IN_STOCK] }`;
  expect(await set('watch', wish, 'clerk')).toEqual({
    entity: { viewerWatch: { events: ['BACK_IN_STOCK', 'PRICE_DROP'] } },
    errors: [],
  });
  const variant = { variantId, sku: 'MUG', title: 'Red', currency: 'EUR', weightGrams: null };
  const product = (priceMinor: number, title = 'Mug') => ({
    ...{ productId, sellerId, slug: 'mug', title, status: 'ACTIVE' as const, version: 1 },
    ...{ categoryIds: [], variants: [{ ...variant, priceMinor }], changed: [] },
  });
  const change = (priceMinor: number, sequence: number) =>
    graph.deliver('products.ProductUpdated', product(priceMinor), { stream, sequence });
  const { changed: _, ...created } = product(900);
  await graph.deliver('products.ProductCreated', created, { stream, sequence: 1 });
  await others.idle();
  await change(700, 3);
  await others.idle();
  // Of a price before that one, heard late, nothing is told; nor of one that rose.
  await change(100, 2);
  await change(800, 4);
  const stock = {
    variantId,
    productId,
    onHand: 5,
    reserved: 0,
    available: 5,
    policy: 'DENY' as const,
    movementId: null,
  };
  const back = { ...stock, previousAvailability: 'OUT', availability: 'IN_STOCK' } as const;
  await graph.deliver('products.InventoryUpdated', back);
  await graph.deliver('products.InventoryUpdated', { ...back, variantId: newId('var') });
  const group = { groupId: newId('grp'), groupName: 'Tea' };
  const [inviteId, requestId] = [newId('inv'), newId('grp')];
  await graph.deliver('groups.InviteReceived', {
    ...{ ...group, inviteId, userId: clerk, inviterId: owner, role: 'MEMBER' },
    expiresAt: '2100-01-01T00:00:00Z',
  });
  const request = { ...group, requestId, userId: owner, requesterId: clerk };
  await graph.deliver('groups.JoinRequestReceived', { ...request, status: 'PENDING' });
  await graph.deliver('groups.OwnJoinRequestChanged', {
    ...{ ...group, requestId, userId: clerk, status: 'DECLINED' },
  });
  await others.idle();
  const titlesOf = async (who: string) =>
    Object.fromEntries(
      (await others.inbox(who)).notifications.edges.map(
        ({ node }: { node: { kind: string; title: string; target: { __typename: string } } }) => [
          `${node.kind} ${node.target.__typename}`,
          node.title,
        ],
      ),
    );
  // Of the seller's money its staff hears nothing.
  expect(await titlesOf('clerk')).toEqual({
    'ORDER_RECEIVED SellerOrderTarget': 'Neue Bestellung S-7',
    'RETURN SellerOrderTarget': 'Eine Rücksendung zu S-7 wurde beantragt',
    'REVIEW ReviewTarget': 'Mug: 4 von 5 Sternen',
    'BACK_IN_STOCK EntityTarget': 'Mug ist wieder vorrätig',
    'PRICE_DROP EntityTarget': 'Mug kostet weniger',
    'LOW_STOCK StockTarget': 'Mug geht zur Neige',
    'INVITE GroupTarget': 'Sie sind zu Tea eingeladen',
    'JOIN_REQUEST GroupTarget': 'Ihre Anfrage an Tea wurde abgelehnt',
  });
  expect(await titlesOf('shopkeeper')).toEqual({
    'ORDER_RECEIVED SellerOrderTarget': 'New order S-7',
    'RETURN SellerOrderTarget': 'A return of order S-7 was requested',
    'PAYOUT PayoutTarget': 'A payout has arrived',
    'SECURITY SessionTarget': 'A passkey was added',
    'SYSTEM RoomTarget': 'You wanted to be reminded',
    'REPORT_FILED ReportTarget': 'A message was reported',
    'LOW_STOCK StockTarget': 'Mug is running low',
    'JOIN_REQUEST GroupTarget': 'Somebody wants to join Tea',
  });
  const { edges } = (await others.inbox('clerk')).notifications;
  // Both variants came back: that is one notice.
  expect(edges.map(({ node }: { node: { kind: string; count: number } }) => node)).toContainEqual(
    expect.objectContaining({ kind: 'BACK_IN_STOCK', count: 2 }),
  );
  const prices = edges.filter(({ node }: { node: { kind: string } }) => node.kind === 'PRICE_DROP');
  expect(prices.map(({ node }: { node: { body: string } }) => node.body)).toEqual([
    'Es kostet jetzt 7,00\u00a0€ statt 9,00\u00a0€.',
  ]);
  expect((await set('unwatch', `entityId: "${productId}"`, 'clerk')).entity.viewerWatch).toBeNull();
  expect((await set('unwatch', `entityId: "${productId}"`, 'clerk')).errors).toHaveLength(1);
  await set('watch', wish, 'clerk');
  await graph.deliver('products.ProductDeleted', { productId, sellerId });
  await others.idle();
  // Heard late, it brings nothing back.
  await change(50, 9);
  await others.idle();
  expect(
    await sql(graph, 'SELECT 1 FROM watched_variant WHERE product_id = $1', [productId]),
  ).toEqual([]);
  expect((await set('unwatch', `entityId: "${productId}"`, 'clerk')).errors).toHaveLength(1);
  const unreadOf = async (who: string) => (await others.inbox(who)).unreadNotifications;
  const before = [await unreadOf('shopkeeper'), await unreadOf('clerk')] as const;
  await graph.deliver('groups.JoinRequestReceived', { ...request, status: 'APPROVED' });
  await graph.deliver('groups.InviteChanged', {
    ...{ groupId: group.groupId, inviteId, userId: clerk, status: 'ACCEPTED' },
  });
  await others.idle();
  expect([await unreadOf('shopkeeper'), await unreadOf('clerk')]).toEqual(
    before.map((unread) => unread - 1),
  );
  // Heard once more, or only now, an answered request asks nobody.
  await graph.deliver('groups.JoinRequestReceived', { ...request, status: 'PENDING' });
  const late = { ...request, requestId: newId('grp') };
  await graph.deliver('groups.JoinRequestReceived', { ...late, status: 'DECLINED' });
  await graph.deliver('groups.JoinRequestReceived', { ...late, status: 'PENDING' });
  await others.idle();
  expect(await unreadOf('shopkeeper')).toBe(before[0] - 1);
  const client = (await others.inbox('client')).notifications.edges;
  expect(client.map(({ node }: { node: { title: string } }) => node.title).sort()).toEqual([
    'A parcel of order S-7 is on its way',
    'Money of order S-7 is coming back',
    'Your return of order S-7 was accepted',
  ]);
});

test('prices and stock of a suspended seller notify nobody', async () => {
  const [productId, variantId, sellerId] = [newId('prd'), newId('var'), newId('sel')];
  const ERRORS_OF = 'errors { ... on UserError { code } }';
  await graph.ask(
    `mutation ($id: ID!) { watch(input: { entityId: $id, events: [PRICE_DROP, BACK_IN_STOCK] }) { ${ERRORS_OF} } }`,
    { id: productId },
    as('watcher'),
  );
  const product = (priceMinor: number) => ({
    ...{ productId, sellerId, slug: 'cup', title: 'Cup', status: 'ACTIVE' as const, version: 1 },
    categoryIds: [],
    variants: [
      {
        ...{ variantId, sku: 'CUP', title: 'Blue', priceMinor, currency: 'EUR' },
        weightGrams: null,
      },
    ],
    changed: [],
  });
  const { changed: _, ...created } = product(900);
  const stream = `product:${productId}`;
  await graph.deliver('products.ProductCreated', created, { stream, sequence: 1 });
  const becomes = (status: 'ACTIVE' | 'SUSPENDED', sequence: number) =>
    graph.deliver(
      'products.SellerUpdated',
      {
        ...{ sellerId, handle: 'cups', displayName: 'Cups', status, version: sequence },
        ...{ members: [], commissions: [], changed: ['status'] },
      },
      { stream: `seller:${sellerId}`, sequence },
    );
  const news = async (priceMinor: number, sequence: number) => {
    await others.idle();
    await graph.deliver('products.ProductUpdated', product(priceMinor), { stream, sequence });
    await graph.deliver('products.InventoryUpdated', {
      ...{ variantId, productId, onHand: 5, reserved: 0, available: 5, policy: 'DENY' as const },
      ...{
        previousAvailability: 'OUT' as const,
        availability: 'IN_STOCK' as const,
        movementId: null,
      },
    });
    await others.idle();
    const { edges } = (await others.inbox('watcher')).notifications;
    return edges.map(({ node }: { node: { kind: string } }) => node.kind).sort();
  };
  await becomes('SUSPENDED', 1);
  expect(await news(800, 2)).toEqual([]);
  await becomes('ACTIVE', 2);
  expect(await news(700, 3)).toEqual(['BACK_IN_STOCK', 'PRICE_DROP']);
});

test('a notice of a kind that only a newer release knows does not hide the rest of the inbox', async () => {
  const who = 'newcomer';
  await others.orderStep(who, 'RESERVED');
  await others.orderStep(who, 'COMPLETED');
  await others.idle();
  const before = await others.inbox(who, { first: 1 });
  const { userId } = as(who);
  const id = newId('ntf');
  // As its migration does, before any of its processes writes.
  await sql(graph, 'ALTER TABLE notification DROP CONSTRAINT notification_kind');
  await sql(
    graph,
    `INSERT INTO notification (id, user_id, kind, body, source_sequence, created_at, updated_at)
     VALUES ($1, $2, 'GOSSIP', 'News', 1, now(), now() + interval '1 hour')`,
    [id, userId],
  );
  expect(await others.inbox(who, { first: 1 })).toEqual(before);
  const node = `query ($it: [_Any!]!) { _entities(representations: $it) { ... on Notification { kind } } }`;
  const it = [{ __typename: 'Notification', id }];
  expect(await graph.execute(node, { it }, as(who))).toEqual({ data: { _entities: [null] } });
});

test('an app is not registered where there is no account for its platform', async () => {
  for (const [platform, token] of [
    ['APNS', 'a'.repeat(64)],
    ['FCM', 'x'.repeat(140)],
  ]) {
    const { data, errors } = await graph.execute(
      `mutation ($input: DeviceInput!) { registerDevice(input: $input) {
         device { id } errors { ... on UserError { code path } } } }`,
      { input: { platform, token } },
      as('apple'),
    );
    expect(errors).toBeUndefined();
    expect(data.registerDevice).toEqual({
      device: null,
      errors: [{ code: 'BAD_USER_INPUT', path: ['input', 'platform'] }],
    });
  }
});

test('a browser is registered by the push services that are named, and by nothing that looks like one', async () => {
  const keys = {
    p256dh: createECDH('prime256v1').generateKeys().toString('base64url'),
    auth: randomBytes(16).toString('base64url'),
  };
  const register = async (token: string) => {
    const { data, errors } = await graph.execute(
      `mutation ($input: DeviceInput!) { registerDevice(input: $input) {
         device { platform } errors { ... on UserError { code path } } } }`,
      { input: { platform: 'WEB_PUSH', token, ...keys } },
      as('browser'),
    );
    expect(errors).toBeUndefined();
    return data.registerDevice;
  };
  for (const token of ['https://push.example/1', 'https://eu.push.example/2']) {
    expect(await register(token)).toEqual({ device: { platform: 'WEB_PUSH' }, errors: [] });
  }
  for (const token of ['https://notpush.example/3', 'https://push.example.evil.test/4']) {
    expect((await register(token)).errors).toEqual([
      { code: 'BAD_USER_INPUT', path: ['input', 'token'] },
    ]);
  }
});
