import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
  await others.register('ada', 'Ada Lovelace');
  await others.register('bo', 'Bo');
});
afterAll(() => graph[Symbol.asyncDispose]());

const entriesOf = async (who: string) => {
  await others.idle();
  const { notifications } = await others.inbox(who);
  // biome-ignore lint/suspicious/noExplicitAny: read field by field.
  return notifications.edges.map(({ node }: any) => node);
};

test('an absent person is notified of a message; its author is not', async () => {
  const room = await others.room(['ada', 'm1', 'm2']);
  const messageId = await others.post(room, 'ada', 'Tea is ready.');
  for (const who of ['m1', 'm2']) {
    expect(await entriesOf(who)).toMatchObject([
      {
        kind: 'MESSAGE',
        title: 'Ada Lovelace in #general',
        body: 'Tea is ready.',
        count: 1,
        readAt: null,
        actor: { id: as('ada').userId },
        target: {
          __typename: 'RoomTarget',
          room: { id: room.roomId },
          message: { id: messageId },
        },
        deliveries: [
          { channel: 'EMAIL', status: 'SUPPRESSED', reason: 'NO_ADDRESS' },
          { channel: 'IN_APP', status: 'DELIVERED', reason: null },
          { channel: 'PUSH', status: 'SUPPRESSED', reason: 'NO_DEVICE' },
        ],
      },
    ]);
  }
  expect(await entriesOf('ada')).toEqual([]);
});

test('messages of one room are one entry while it is unread, and a new one after', async () => {
  const room = await others.room(['ada', 'bo', 'c1']);
  const other = await others.room(['ada', 'c1'], 'tea');
  await others.post(room, 'ada', 'One');
  await others.post(other, 'ada', 'Elsewhere');
  await others.post(room, 'bo', 'Two');
  await others.post(room, 'ada', 'Three');
  const entries = await entriesOf('c1');
  const grown = entries.find((entry: { count: number }) => entry.count === 3);
  expect(grown).toMatchObject({ body: 'Three', title: 'Ada Lovelace in #general' });
  expect(entries).toHaveLength(2);
  const data = await graph.ask(
    'mutation ($ids: [ID!]) { markNotificationsRead(notificationIds: $ids) { errors { __typename } } }',
    { ids: [grown.id] },
    as('c1'),
  );
  expect(data.markNotificationsRead.errors).toEqual([]);
  await others.post(room, 'bo', 'Four');
  const after = await entriesOf('c1');
  expect(after).toHaveLength(3);
  expect(after[0]).toMatchObject({ body: 'Four', count: 1, title: 'Bo in #general' });
});

test('the title follows the names, and a room of two has none', async () => {
  const room = await others.room(['dee', 'd2'], null);
  await others.post(room, 'dee', 'Hello');
  expect((await entriesOf('d2'))[0].title).toBe('Somebody');
  const stream = `user:${as('dee').userId}`;
  const rename = (displayName: string, sequence: number) =>
    graph.deliver(
      'users.ProfileUpdated',
      {
        userId: as('dee').userId,
        username: 'dee',
        displayName,
        locale: null,
        changed: ['displayName'],
      },
      { stream, sequence },
    );
  await rename('Dee the Third', 3);
  await others.idle();
  await rename('Dee the Second', 2);
  await others.register('dee', 'Dee', { stream, sequence: 1 });
  expect((await entriesOf('d2'))[0].title).toBe('Dee the Third');
});

test('an open connection does not suppress a notice, since nobody may be looking', async () => {
  const room = await others.room(['ada', 'idle', 'away']);
  await graph.backplane.presence.renew({ userId: as('idle').userId, connectionId: 'tab' }, 30);
  await others.post(room, 'ada', 'Anybody?');
  for (const who of ['idle', 'away']) {
    expect(await entriesOf(who)).toMatchObject([
      {
        body: 'Anybody?',
        deliveries: [{ channel: 'EMAIL' }, { channel: 'IN_APP', status: 'DELIVERED' }, {}],
      },
    ]);
  }
});

test('reading the room on any device marks its notice read on all', async () => {
  const [room, other] = [
    await others.room(['ada', 'reader']),
    await others.room(['ada', 'reader']),
  ];
  const follow = () =>
    graph.subscribe(
      'subscription { notificationEvents { __typename ... on NotificationsChanged { notifications { id readAt } counts { unread } } } }',
      {},
      as('reader'),
    );
  await using phone = await follow();
  await using desk = await follow();
  await others.post(room, 'ada', 'One');
  const afterOne = room.last();
  await others.post(room, 'ada', 'Two');
  await others.post(other, 'ada', 'Elsewhere');
  await others.idle();
  // Not while something in it is unread.
  await others.read(room, 'reader', afterOne);
  await others.idle();
  expect((await others.inbox('reader')).unreadNotifications).toBe(2);
  const entry = (await entriesOf('reader')).find(({ body }: { body: string }) => body === 'Two');
  await others.read(room, 'reader');
  await others.read(room, 'reader');
  await others.idle();
  expect((await others.inbox('reader')).unreadNotifications).toBe(1);
  for (const stream of [phone, desk]) {
    const received = await stream.find(
      ({ data }) => data.notificationEvents.__typename === 'NotificationsChanged',
    );
    expect(received.data.notificationEvents).toMatchObject({
      notifications: [{ id: entry.id, readAt: expect.any(String) }],
      counts: { unread: 1 },
    });
  }
  await others.post(room, 'ada', 'Three');
  await others.idle();
  expect((await others.inbox('reader')).unreadNotifications).toBe(2);
});

test('a message that was already read makes no notice, and the table tells why', async () => {
  const room = await others.room(['ada', 'quick', 'slow']);
  await others.read(room, 'quick', room.last() + 1);
  await others.idle();
  const messageId = await others.post(room, 'ada', 'Read at once');
  expect(await entriesOf('quick')).toEqual([]);
  expect(await entriesOf('slow')).toHaveLength(1);
  const deliveries = await sql(
    graph,
    `SELECT user_id, status, reason FROM delivery WHERE source_id = $1 AND channel = 'IN_APP'`,
    [messageId],
  );
  expect(deliveries).toHaveLength(2);
  expect(deliveries).toContainEqual({
    user_id: as('quick').userId,
    status: 'SUPPRESSED',
    reason: 'READ_BEFORE_SEND',
  });
  await others.post(room, 'ada', 'Unread');
  expect(await entriesOf('quick')).toMatchObject([{ body: 'Unread', count: 1 }]);
});

test('a notice that its owner switched off is held back, with the reason', async () => {
  const room = await others.room(['ada', 'quiet']);
  const set = (enabled: boolean) =>
    graph.execute(
      `mutation ($input: NotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
        preferences { rules { kind channel enabled } } errors { __typename ... on UserError { code path } } } }`,
      { input: { rules: [{ kind: 'MESSAGE', channel: 'IN_APP', enabled }] } },
      as('quiet'),
    );
  const { preferences, errors } = (await set(false)).data.updateNotificationPreferences;
  expect(errors).toEqual([]);
  expect(preferences.rules.slice(0, 2)).toEqual([
    { kind: 'MESSAGE', channel: 'IN_APP', enabled: false },
    { kind: 'MESSAGE', channel: 'EMAIL', enabled: true },
  ]);
  const messageId = await others.post(room, 'ada', 'Psst');
  await others.orderStep('quiet', 'COMPLETED');
  expect(await entriesOf('quiet')).toMatchObject([{ kind: 'ORDER_STATUS' }]);
  // What does not come into the inbox goes nowhere else.
  const reasons = await sql(graph, 'SELECT status, reason FROM delivery WHERE source_id = $1', [
    messageId,
  ]);
  expect(reasons).toEqual(Array(3).fill({ status: 'SUPPRESSED', reason: 'PREFERENCE_OFF' }));
  await set(true);
  await others.post(room, 'ada', 'Loud');
  expect(await entriesOf('quiet')).toHaveLength(2);
});

test('the database refuses to hold something back without a reason', async () => {
  const insert = sql(
    graph,
    `INSERT INTO delivery (user_id, source_id, channel, kind, status, created_at)
     VALUES ('u', 's', 'IN_APP', 'MESSAGE', 'SUPPRESSED', now())`,
  );
  await expect(insert).rejects.toThrow('delivery_explained');
});

test('its buyer is notified of a step of an order, there or not', async () => {
  await graph.backplane.presence.renew({ userId: as('buyer').userId, connectionId: 'tab' }, 30);
  await others.orderStep('buyer', 'RESERVED');
  await others.orderStep('buyer', 'NOBODY_KNOWS');
  expect(await entriesOf('buyer')).toMatchObject([
    {
      kind: 'ORDER_STATUS',
      title: 'Order S-1001 is confirmed',
      actor: null,
      target: { __typename: 'OrderTarget' },
    },
  ]);
});

test('a message into a large room takes as many statements as one into a small room', async () => {
  const received = async (people: number) => {
    const names = Array.from({ length: people }, (_, index) => `crowd${people}x${index}`);
    const room = await others.room(['ada', ...names]);
    await others.idle();
    const statements = await graph.statementsOf(async () => {
      await others.post(room, 'ada', 'Can everybody hear me?');
      await others.idle();
    });
    const [entry] = await entriesOf(names.at(-1) as string);
    expect(entry).toMatchObject({ count: 1, body: 'Can everybody hear me?' });
    return statements.length;
  };
  const small = await received(2);
  // Some more where a busy machine has the event handled twice; one for each person would be 2,000.
  expect(await received(2_000)).toBeLessThan(small + 100);
});

test('a notice shows the edited text; a deleted message has neither notice nor mail', async () => {
  const room = await others.room(['ada', 'ed']);
  const first = await others.post(room, 'ada', 'First');
  const firstAt = room.last();
  const second = await others.post(room, 'ada', 'Secret');
  const secondAt = room.last();
  const { roomId, stream } = room;
  const edit = (revision: number, excerpt: string) =>
    graph.deliver(
      'chat.MessageEdited',
      { roomId, messageId: second, postSequence: secondAt, revision, excerpt },
      { stream, sequence: room.next() },
    );
  // The notice is there before it is edited: each edit and deletion changes it.
  await others.idle();
  await edit(3, 'Third version');
  await others.idle();
  await edit(2, 'Second version');
  expect(await entriesOf('ed')).toMatchObject([{ body: 'Third version', count: 2 }]);
  const remove = (messageId: string, postSequence: number) =>
    graph.deliver(
      'chat.MessageDeleted',
      { roomId, messageId, postSequence, deletedBy: as('ada').userId },
      { stream, sequence: room.next() },
    );
  await remove(second, secondAt);
  expect(await entriesOf('ed')).toMatchObject([
    { body: 'First', count: 1, target: { message: { id: first } } },
  ]);
  await remove(first, firstAt);
  expect(await entriesOf('ed')).toEqual([]);
  const changes = await sql<{ type: string }>(
    graph,
    `SELECT type FROM event_record WHERE stream = $1 AND type = 'notifications.NotificationChanged'`,
    [`user:${as('ed').userId}`],
  );
  expect(changes).toHaveLength(3);
});

test('people who muted the room, or only want mentions, get no other notices', async () => {
  const room = await others.room(['ada', 'muted', 'named', 'none', 'other']);
  const prefer = (who: string, notify: string, mutedUntil: string | null = null) =>
    graph.deliver(
      'chat.RoomPreferencesChanged',
      { roomId: room.roomId, userId: as(who).userId, notify: notify as 'ALL', mutedUntil },
      { stream: `user:${as(who).userId}`, sequence: 5 },
    );
  await prefer('muted', 'ALL', '2100-01-01T00:00:00.000Z');
  await prefer('named', 'MENTIONS');
  await prefer('none', 'NONE');
  await others.idle();
  await others.post(room, 'ada', 'For all');
  await others.post(room, 'ada', 'For some', {
    mentioned: ['named', 'muted', 'none'].map((who) => as(who).userId),
  });
  expect(await entriesOf('named')).toMatchObject([{ kind: 'MENTION', body: 'For some', count: 1 }]);
  expect(await entriesOf('other')).toMatchObject([{ body: 'For some', count: 2 }]);
  for (const [who, reason] of [
    ['muted', 'MUTED_ROOM'],
    ['none', 'NOTIFY_LEVEL'],
  ] as const) {
    expect(await entriesOf(who)).toEqual([]);
    const reasons = await sql(graph, 'SELECT DISTINCT reason FROM delivery WHERE user_id = $1', [
      as(who).userId,
    ]);
    expect(reasons).toEqual([{ reason }]);
  }
});

test('a mentioned person gets a notice of its own, and reading the room marks both read', async () => {
  const room = await others.room(['ada', 'called']);
  await others.post(room, 'ada', 'For all');
  await others.post(room, 'ada', 'For you', { mentioned: [as('called').userId] });
  await others.post(room, 'ada', 'For everybody', { mentionsAll: 'EVERYONE' });
  expect(await entriesOf('called')).toMatchObject([
    { kind: 'MENTION', body: 'For everybody', count: 2 },
    { kind: 'MESSAGE', body: 'For all', count: 1 },
  ]);
  await others.read(room, 'called');
  await others.idle();
  expect((await others.inbox('called')).unreadNotifications).toBe(0);
});

test('somebody who leaves and returns is notified again, as in chat', async () => {
  const room = await others.room(['ada', 'returned']);
  await graph.deliver(
    'chat.RoomPreferencesChanged',
    { roomId: room.roomId, userId: as('returned').userId, notify: 'NONE', mutedUntil: null },
    { stream: `user:${as('returned').userId}`, sequence: 3 },
  );
  await others.idle();
  await others.change(room, [], ['returned']);
  await others.change(room, ['returned']);
  await others.idle();
  await others.post(room, 'ada', 'Welcome back');
  expect(await entriesOf('returned')).toMatchObject([{ body: 'Welcome back' }]);
});

test('the title follows the name of the room', async () => {
  const room = await others.room(['ada', 'renamed']);
  await others.post(room, 'ada', 'Hello');
  const { roomId, stream } = room;
  const change = (name: string, sequence: number) =>
    graph.deliver(
      'chat.RoomUpdated',
      { roomId, kind: 'GROUP', name, groupId: null, changed: ['name'] },
      { stream, sequence },
    );
  await change('tea', 9);
  await others.idle();
  await change('coffee', 8);
  expect(await entriesOf('renamed')).toMatchObject([{ title: 'Ada Lovelace in #tea' }]);
});

test('followers of a thread are notified of replies, and reading it marks them read', async () => {
  const room = await others.room(['ada', 'follower', 'named-there', 'passer-by']);
  const threadId = newId('thr');
  const [follower, named] = [as('follower').userId, as('named-there').userId];
  const reply = (excerpt: string, given = {}) =>
    graph.deliver(
      'chat.ThreadReplied',
      {
        ...{ roomId: room.roomId, threadId, messageId: newId('msg'), sequence: 1, excerpt },
        ...{ authorId: as('ada').userId, mentioned: [named], mentionsAll: null },
        followerIds: [follower, as('gone').userId],
      },
      { stream: room.stream, sequence: room.next(), ...given },
    );
  for (const excerpt of ['One', 'Two']) await reply(excerpt);
  expect(await entriesOf('follower')).toMatchObject([{ kind: 'REPLY', body: 'Two', count: 2 }]);
  expect(await entriesOf('named-there')).toMatchObject([{ kind: 'MENTION', count: 2 }]);
  for (const who of ['passer-by', 'gone']) expect(await entriesOf(who)).toEqual([]);
  // A room read does not read its threads.
  for (const who of ['follower', 'named-there']) await others.read(room, who);
  await others.idle();
  const unread = async (who: string) => (await others.inbox(who)).unreadNotifications;
  expect([await unread('follower'), await unread('named-there')]).toEqual([1, 1]);
  const read = (userId: string, given = {}) =>
    graph.deliver('chat.ThreadRead', { roomId: room.roomId, threadId, userId }, given);
  // Of a reading before the last reply we hear late: the reply stays unread.
  await read(follower, { occurredAt: new Date(0) });
  await others.idle();
  expect(await unread('follower')).toBe(1);
  for (const userId of [follower, named]) await read(userId);
  await others.idle();
  expect([await unread('follower'), await unread('named-there')]).toEqual([0, 0]);
  // Kept as unread, it is read with the thread as before, and not with the room.
  const [{ id }] = await entriesOf('follower');
  await graph.ask(
    `mutation ($ids: [ID!]!) { markNotificationsUnread(notificationIds: $ids) {
       errors { __typename } } }`,
    { ids: [id] },
    as('follower'),
  );
  await others.read(room, 'follower');
  await others.idle();
  expect(await unread('follower')).toBe(1);
  await read(follower);
  await others.idle();
  expect(await unread('follower')).toBe(0);
  // A reply that was read before we heard of it is nothing to be read.
  await reply('Three', { occurredAt: new Date(0) });
  await others.idle();
  expect([await unread('follower'), await unread('named-there')]).toEqual([0, 0]);
});

test('messages of a blocked author notify nobody who blocked them, and the table tells why', async () => {
  const room = await others.room(['ada', 'blocker']);
  const { userId } = as('blocker');
  await graph.deliver('chat.BlockChanged', { userId, blockedUserId: as('ada').userId, on: true });
  await others.idle();
  await others.post(room, 'ada', 'Hear me');
  expect(await entriesOf('blocker')).toEqual([]);
  const reasons = await sql(graph, 'SELECT DISTINCT reason FROM delivery WHERE user_id = $1', [
    userId,
  ]);
  expect(reasons).toEqual([{ reason: 'BLOCKED' }]);
});
