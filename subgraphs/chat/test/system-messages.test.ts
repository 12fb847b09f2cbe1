import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { as, insist, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import {
  ADD,
  ARCHIVE,
  codesOf,
  DELETE,
  EDIT,
  FORWARD,
  JOIN,
  LEAVE,
  PIN,
  REACT,
  REMOVE,
  SAVE,
  SEND,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';
import { loggedEventsOf } from './database.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const HISTORY = `query ($id: ID!) { room(id: $id) { lastSequence messages(last: 100) { edges { node {
  id sequence kind text html author { id } sentAt viewerCan
  system { change by { id } people { id } changed message { id } } } } } } }`;
const UNREAD = `query ($id: ID!) {
  viewer { unread { rooms messages } rooms(filter: { unreadOnly: true }) { edges { node { id } } } }
  room(id: $id) { viewerState { unreadCount firstUnread { sequence kind } readUpToSequence } } }`;

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Shown = any;
const historyOf = async (id: string, who = 'ada'): Promise<Shown[]> =>
  (await chat.ask(HISTORY, { id }, who)).room.messages.edges.map(({ node }: Shown) => node);
const systemIn = async (id: string, who = 'ada') =>
  (await historyOf(id, who)).flatMap(({ system }) => system ?? []);
const unreadOf = async (id: string, who: string) => {
  const { room, viewer } = await chat.ask(UNREAD, { id }, who);
  const isListed = viewer.rooms.edges.some(({ node }: Shown) => node.id === id);
  expect(isListed).toBe(room.viewerState.unreadCount > 0);
  return room.viewerState;
};
const privateRoom = (...people: string[]) =>
  chat.createRoom('ada', {
    ...{ kind: 'PRIVATE', name: 'Stand 7' },
    participantIds: people.map(userIdOf),
  });
const ofPeople = (...names: string[]) => names.map((name) => ({ id: userIdOf(name) }));
const told = { by: null, people: [], changed: [], message: null };
const ada = { id: userIdOf('ada') };

test('a room has system messages about joins, leaves, changes, pins and closing', async () => {
  const id = await privateRoom('bo');
  const { id: said } = await chat.send('bo', id, 'Tea?');
  await chat.ask(ADD, { roomId: id, userIds: ['cy', 'eve', 'bo'].map(userIdOf) }, 'ada');
  await chat.ask(LEAVE, { id }, 'cy');
  await chat.ask(REMOVE, { roomId: id, userId: userIdOf('eve') }, 'ada');
  await chat.ask(UPDATE, { input: { id, name: 'Stand 8', topic: 'Tea' } }, 'ada');
  // A change to what it is already is none, and neither is a pin that is there.
  await chat.ask(UPDATE, { input: { id, name: 'Stand 8' } }, 'ada');
  for (const on of [true, true, false]) await chat.ask(PIN, { id: said, on }, 'ada');
  for (const _ of [1, 2]) await chat.ask(ARCHIVE, { id }, 'ada');
  const history = await historyOf(id);
  expect(history.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(history[0]).toMatchObject({ kind: 'TEXT', text: 'Tea?', system: null });
  expect(history.slice(1).map(({ system }) => system)).toEqual([
    { ...told, change: 'JOINED', by: ada, people: expect.arrayContaining(ofPeople('cy', 'eve')) },
    { ...told, change: 'LEFT', by: { id: userIdOf('cy') }, people: ofPeople('cy') },
    // Who took somebody out is not told.
    { ...told, change: 'LEFT', people: ofPeople('eve') },
    { ...told, change: 'UPDATED', by: ada, changed: ['name', 'topic'] },
    { ...told, change: 'PINNED', by: ada, message: { id: said } },
    { ...told, change: 'ARCHIVED', by: ada },
  ]);
  for (const one of history.slice(1)) {
    expect(one).toMatchObject({ kind: 'SYSTEM', text: null, html: null, author: null });
    expect(one.viewerCan).toEqual([]);
  }
  const times = history.map(({ sentAt }) => sentAt);
  expect(times).toEqual([...times].sort());
});

test('a closed room gets no more system messages, even when somebody leaves', async () => {
  const id = await privateRoom('bo', 'cy');
  await chat.ask(ARCHIVE, { id }, 'ada');
  await chat.ask(LEAVE, { id }, 'bo');
  await chat.ask(REMOVE, { roomId: id, userId: userIdOf('cy') }, 'ada');
  expect(await systemIn(id)).toEqual([{ ...told, change: 'ARCHIVED', by: ada }]);
});

test('rooms that people join and leave by themselves only report other changes', async () => {
  const id = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Square' });
  await chat.ask(JOIN, { id }, 'bo');
  await chat.ask(LEAVE, { id }, 'bo');
  await chat.ask(UPDATE, { input: { id, topic: 'Tea' } }, 'ada');
  expect(await systemIn(id, 'bo')).toEqual([
    { ...told, change: 'UPDATED', by: ada, changed: ['topic'] },
  ]);
});

test('it never counts as unread, wherever the marker is', async () => {
  const id = await privateRoom('bo');
  const { id: said } = await chat.send('ada', id, 'one'); // 1
  await chat.readAll('bo', id);
  await chat.ask(UPDATE, { input: { id, topic: 'A' } }, 'ada'); // 2
  await chat.ask(PIN, { id: said, on: true }, 'ada'); // 3
  expect(await unreadOf(id, 'bo')).toMatchObject({ unreadCount: 0, firstUnread: null });
  await chat.send('ada', id, 'two'); // 4
  await chat.ask(UPDATE, { input: { id, topic: 'B' } }, 'ada'); // 5
  await chat.send('ada', id, 'three'); // 6
  await chat.ask(UPDATE, { input: { id, topic: 'C' } }, 'ada'); // 7
  const READ = `mutation ($id: ID!, $to: Int!) { markRoomRead(roomId: $id, upToSequence: $to) { errors { __typename } } }`;
  const BACK = `mutation ($id: ID!, $to: Int!) { markRoomUnread(roomId: $id, fromSequence: $to) { errors { __typename } } }`;
  const AROUND = `query ($id: ID!) { room(id: $id) {
    messages(first: 1, around: { firstUnread: true }) { edges { node { sequence } } } } }`;
  /** How many are unread, the first of them, and around which one a page lies that begins there. */
  const expectUnread = async (unreadCount: number, sequence: number | null) => {
    const firstUnread = sequence && { sequence, kind: 'TEXT' };
    expect(await unreadOf(id, 'bo')).toMatchObject({ unreadCount, firstUnread });
    const { edges } = (await chat.ask(AROUND, { id }, 'bo')).room.messages;
    expect(edges).toEqual([{ node: { sequence: sequence ?? 7 } }]);
  };
  await expectUnread(2, 4);
  for (const [to, unreadCount, first] of [
    [2, 2, 4],
    [4, 1, 6],
    [5, 1, 6],
    [6, 0, null],
    [7, 0, null],
  ] as const) {
    await chat.ask(READ, { id, to }, 'bo');
    await expectUnread(unreadCount, first);
  }
  for (const [to, unreadCount, first] of [
    [7, 0, null],
    [6, 1, 6],
    [3, 2, 4],
    [1, 3, 1],
  ] as const) {
    await chat.ask(BACK, { id, to }, 'bo');
    await expectUnread(unreadCount, first);
  }
  await chat.ask('mutation { markAllRoomsRead { errors { __typename } } }', {}, 'bo');
  expect(await unreadOf(id, 'bo')).toMatchObject({ unreadCount: 0 });
  // Who says something has read all before it.
  await chat.ask(UPDATE, { input: { id, topic: 'D' } }, 'ada');
  await chat.send('bo', id, 'four');
  expect(await unreadOf(id, 'bo')).toMatchObject({ unreadCount: 0 });
  expect(await unreadOf(id, 'ada')).toMatchObject({ unreadCount: 1 });
});

test('the first message by a person is found in one statement for many rooms, between any system messages', async () => {
  const ids = [await privateRoom('cy'), await privateRoom('cy'), await privateRoom('cy')];
  const changes = [1, 40, 7];
  for (const [nth, id] of ids.entries()) {
    for (let n = 0; n < (changes[nth] ?? 0); n += 1) {
      await chat.ask(UPDATE, { input: { id, topic: `T${n}` } }, 'ada');
    }
    for (const text of ['one', 'two']) await chat.send('ada', id, text);
  }
  const FIRST = 'viewerState { firstUnread { text sequence } }';
  const aliased = (some: readonly string[]) =>
    `{ ${some.map((id, nth) => `r${nth}: room(id: "${id}") { ${FIRST} }`).join(' ')} }`;
  const rooms = await chat.ask(aliased(ids), {}, 'cy');
  expect(Object.values(rooms)).toEqual(
    changes.map((count) => ({
      viewerState: { firstUnread: { text: 'one', sequence: count + 1 } },
    })),
  );
  const cost = async (some: readonly string[]) =>
    (await chat.statementsOf(() => chat.ask(aliased(some), {}, 'cy'))).length;
  expect(await cost(ids)).toBe(await cost(ids.slice(0, 1)));
});

test('with hidden history a newcomer first sees their own joining', async () => {
  const id = await privateRoom('bo');
  await chat.ask(UPDATE, { input: { id, topic: 'A' } }, 'ada');
  const HIDE = `mutation ($id: ID!) { updateRoom(input: { id: $id, historyVisibility: SINCE_JOINING }) { errors { __typename } } }`;
  await chat.ask(HIDE, { id }, 'ada');
  await chat.send('ada', id, 'before');
  await chat.ask(ADD, { roomId: id, userIds: [userIdOf('cy')] }, 'bo');
  expect(await unreadOf(id, 'cy')).toMatchObject({ unreadCount: 0 });
  await chat.send('ada', id, 'since');
  const seen = await historyOf(id, 'cy');
  expect(seen.map(({ system, text }) => system?.change ?? text)).toEqual(['JOINED', 'since']);
  expect(await unreadOf(id, 'cy')).toMatchObject({ unreadCount: 1 });
});

test('nothing can be done with it, and no search finds it', async () => {
  const id = await privateRoom('bo');
  await chat.ask(UPDATE, { input: { id, name: 'Aubergine' } }, 'ada');
  const [{ id: messageId }] = (await historyOf(id)) as [Shown];
  const key = randomUUID();
  const input = { roomId: id, clientMessageId: key, text: 'What?' };
  const REPORT = `mutation ($id: ID!) { reportMessage(messageId: $id, reason: SPAM) { errors { ... on UserError { code } } } }`;
  const calls: [string, Record<string, unknown>][] = [
    [SEND, { input: { ...input, replyToId: messageId } }],
    [SEND, { input: { ...input, threadOfId: messageId } }],
    [EDIT, { input: { messageId, text: 'Words' } }],
    [REACT, { id: messageId, emoji: '👍', on: true }],
    [PIN, { id: messageId, on: true }],
    [FORWARD, { id: messageId, roomId: id, key }],
    [SAVE, { id: messageId, on: true }],
    [DELETE, { id: messageId }],
    [REPORT, { id: messageId }],
  ];
  for (const [call, variables] of calls) {
    const [code] = codesOf(await chat.execute(call, variables as never, as('ada')));
    expect(['MESSAGE_OF_ROOM', 'MESSAGE_NOT_OWN']).toContain(code);
  }
  expect(await historyOf(id)).toHaveLength(1);
  const FIND = `query ($id: ID!) { searchMessages(query: "aubergine", filter: { roomIds: [$id] }) { edges { node { id } } } }`;
  expect((await chat.ask(FIND, { id }, 'ada')).searchMessages.edges).toEqual([]);
});

test('it is there with the change or not at all', async () => {
  await using strict = await startChat({ config: { changesPerWindow: 1 } });
  const id = await strict.createRoom('ada', { kind: 'PRIVATE', name: 'Strict' });
  const change = (topic: string) =>
    strict.execute(UPDATE, { input: { id, topic } }, as('ada')).then(codesOf);
  expect(await change('A')).toEqual([]);
  expect(await change('B')).toEqual(['RATE_LIMITED']);
  const { room } = await strict.ask(HISTORY, { id }, 'ada');
  expect(room.messages.edges).toHaveLength(1);
  const types = (await loggedEventsOf(strict, id)).map(({ type }) => type);
  expect(types).toEqual(['chat.RoomCreated', 'chat.SystemMessagePosted', 'chat.RoomUpdated']);
});

test('concurrent changes, pins, joins and messages leave no gap in the sequence', async () => {
  const id = await privateRoom('bo', 'cy');
  const { id: said } = await chat.send('ada', id, 'pin me');
  const turns = Array.from({ length: 24 }, (_, nth) => {
    const calls = [
      () => chat.execute(UPDATE, { input: { id, topic: `T${nth}` } }, as('ada')),
      () => chat.execute(PIN, { id: said, on: nth % 8 < 4 }, as('bo')),
      () =>
        nth % 8 < 4
          ? chat.execute(LEAVE, { id }, as('cy'))
          : chat.execute(ADD, { roomId: id, userIds: [userIdOf('cy')] }, as('ada')),
      () =>
        chat.execute(
          SEND,
          { input: { roomId: id, clientMessageId: randomUUID(), text: `${nth}` } },
          as('bo'),
        ),
    ];
    return calls[nth % 4] as () => Promise<Awaited<ReturnType<typeof chat.execute>>>;
  });
  await Promise.all(turns.map((call) => insist(call)));
  const history = await historyOf(id);
  expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, at) => at + 1));
  const ofBo = history.filter(({ author }) => author?.id === userIdOf('bo'));
  const lastOfBo = ofBo.at(-1)?.sequence ?? 0;
  const unread = history.filter((one) => one.kind === 'TEXT' && one.sequence > lastOfBo);
  expect(await unreadOf(id, 'bo')).toMatchObject({ unreadCount: unread.length });
  const types = (await loggedEventsOf(chat, id)).map(({ type }) => type);
  const systems = types.filter((type) => type === 'chat.SystemMessagePosted');
  expect(systems).toHaveLength(history.filter(({ kind }) => kind === 'SYSTEM').length);
});

test('a room about an order reports its steps, without changing whose turn it is or counting as unread', async () => {
  const [orderId, another] = [newId('ord'), newId('ord')];
  const order = (id: string) => ({ orderId: id, number: 'S-1', buyerId: userIdOf('bo') });
  for (const id of [orderId, another]) {
    await chat.deliver('orders.OrderPlaced', {
      ...order(id),
      ...{ currency: 'EUR', totalMinor: 1, lines: [] },
    });
  }
  const OPEN =
    'mutation ($id: ID!) { openSupportRoom(orderId: $id) { room { id } errors { __typename } } }';
  const { room } = (await chat.ask(OPEN, { id: orderId }, 'bo')).openSupportRoom;
  const STEPS = `query ($id: ID!) { room(id: $id) { supportState viewerState { unreadCount }
    messages(last: 20) { edges { node { kind text system { change orderStep by { id } } } } } } }`;
  const steps = async () => {
    const { room: shown } = await chat.ask(STEPS, { id: room.id }, 'bo');
    expect(shown).toMatchObject({ supportState: 'OPEN', viewerState: { unreadCount: 0 } });
    return shown.messages.edges.map(({ node }: Shown) => {
      expect(node).toMatchObject({ kind: 'SYSTEM', text: null, system: { by: null } });
      return [node.system.change, node.system.orderStep];
    });
  };
  await using stream = await chat.follow('bo', room.id);
  await stream.atLeast(1);
  const part = { ...order(orderId), sellerOrderId: newId('sor'), sellerId: newId('sel') };
  const becomes = (id: string, to: string) =>
    chat.deliver('orders.OrderStatusChanged', {
      ...order(id),
      from: 'PENDING',
      to,
      reason: null,
      cause: null,
    });
  await becomes(orderId, 'RESERVED');
  await becomes(orderId, 'PAID');
  // Of an order that nobody asked about no room tells.
  await becomes(another, 'CANCELLED');
  const parcel = { ...part, shipmentId: newId('shp') };
  await chat.deliver('orders.ShipmentUpdated', { ...parcel, status: 'IN_TRANSIT' });
  const arrived = { ...parcel, from: 'IN_TRANSIT', status: 'DELIVERED' };
  await chat.deliver('orders.ShipmentUpdated', arrived);
  await chat.deliver('orders.ShipmentUpdated', { ...arrived, from: 'DELIVERED' });
  await chat.deliver('orders.RefundIssued', { ...part, refundId: newId('rfd') });
  const told = ['PAID', 'SHIPPED', 'DELIVERED', 'REFUNDED'].map((step) => ['ORDER', step]);
  await until(async () => (await steps()).length === told.length);
  expect((await steps()).sort()).toEqual([...told].sort());
  await until(
    () =>
      stream.items.filter(({ data }) => data?.roomEvents.__typename === 'MessagePosted').length ===
      told.length,
  );

  // What is deleted for its age keeps nothing of what it told.
  const [line] = await sql<{ message_id: string }>(
    chat,
    'SELECT message_id FROM system_message WHERE room_id = $1 LIMIT 1',
    [room.id],
  );
  const client = createClient(chat.databaseUrl);
  await storesOn(client).messageEdits.erase(line?.message_id ?? '', {
    userId: null,
    at: new Date(),
  });
  await client.$disconnect();
  const [erased] = await sql(chat, 'SELECT order_step FROM system_message WHERE message_id = $1', [
    line?.message_id,
  ]);
  expect(erased).toEqual({ order_step: null });
});
