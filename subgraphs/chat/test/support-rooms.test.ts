import { randomUUID } from 'node:crypto';
import { newId, type Viewer } from '@souk/runtime/domain';
import { as, insist, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADD,
  ARCHIVE,
  BAN,
  codesOf,
  FAILURES,
  failuresOf,
  JOIN,
  LEAVE,
  PIN,
  REMOVE,
  SEND,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';
import { loggedEventsOf } from './database.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo', 'sue', 'sam'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

const staff = (who: string): Viewer => ({ ...as(who), roles: ['SUPPORT'] });
const ROOM =
  'room { id kind supportState assignee { id } order { id } viewerCan participantCount }';
const OPEN = `mutation ($id: ID!) { openSupportRoom(orderId: $id) { ${ROOM} ${FAILURES} } }`;
const TAKE = `mutation ($id: ID!, $on: Boolean!) { setSupportTaken(roomId: $id, on: $on) { ${ROOM} ${FAILURES} } }`;
const RESOLVE = `mutation ($id: ID!, $on: Boolean!) { setSupportResolved(roomId: $id, on: $on) { ${ROOM} ${FAILURES} } }`;
const QUEUE = `query ($state: SupportState, $first: Int, $after: String) {
  supportRequests(state: $state, first: $first, after: $after) { pageInfo { endCursor hasNextPage } edges { node {
    roomId state order { id } customer { id } assignee { id } } } } }`;
const OF_ORDER = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { supportRoom { id } } } }`;

const order = (orderId: string, who: string | null) => ({
  ...{ orderId, number: 'S-1', buyerId: who && userIdOf(who), currency: 'EUR' },
  ...{ totalMinor: 1, lines: [] },
});

/** An order of bo's, of which chat has heard. */
async function ordered(): Promise<string> {
  const orderId = newId('ord');
  await chat.deliver('orders.OrderPlaced', order(orderId, 'bo'));
  return orderId;
}
const roomIn = (answer: { data?: unknown }, of: string) => {
  expect(failuresOf(answer as never)).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
  return (answer.data as any)[of].room;
};
const opened = async (orderId: string) =>
  roomIn(await chat.execute(OPEN, { id: orderId }, as('bo')), 'openSupportRoom');
const take = async (id: string, who: string, on = true) =>
  roomIn(await chat.execute(TAKE, { id, on }, staff(who)), 'setSupportTaken');
const seen = async (id: string, who: string) =>
  (
    await chat.ask(
      `query ($id: ID!) { r: room(id: $id) { ${ROOM.slice('room { '.length)} }`,
      { id },
      who,
    )
  ).r;
const ofOrder = async (id: string, who: string) =>
  (await chat.ask(OF_ORDER, { of: [{ __typename: 'Order', id }] }, who))._entities[0].supportRoom;

test('a buyer asks staff about an order in one room; nobody else finds it', async () => {
  const orderId = await ordered();
  expect(await ofOrder(orderId, 'bo')).toBeNull();
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => insist(() => chat.execute(OPEN, { id: orderId }, as('bo')))),
  );
  const rooms = answers.map((answer) => roomIn(answer, 'openSupportRoom'));
  expect(new Set(rooms.map(({ id }) => id)).size).toBe(1);
  expect(rooms[0]).toMatchObject({
    ...{ kind: 'SUPPORT', supportState: 'OPEN', assignee: null, order: { id: orderId } },
    participantCount: 1,
  });
  expect(rooms[0].viewerCan).toContain('RESOLVE');
  expect(await ofOrder(orderId, 'bo')).toEqual({ id: rooms[0].id });
  expect(await ofOrder(orderId, 'ada')).toBeNull();
  expect(await seen(rooms[0].id, 'ada')).toBeNull();
  const others = [orderId, newId('ord'), 'x'].map((id) => chat.execute(OPEN, { id }, as('ada')));
  for (const answer of await Promise.all(others))
    expect(codesOf(answer)).toEqual(['ORDER_NOT_FOUND']);
});

test('staff take over and hand back; only the assignee reads the room, and their stream ends with handing back', async () => {
  const { id } = await opened(await ordered());
  await chat.send('bo', id, 'Where is my bowl?');
  expect(await seen(id, 'sue')).toBeNull();
  expect(codesOf(await chat.execute(TAKE, { id, on: true }, as('ada')))).toEqual([
    'ROOM_NOT_FOUND',
  ]);
  expect(codesOf(await chat.execute(TAKE, { id, on: true }, as('bo')))).toEqual([
    'ROOM_NOT_MANAGEABLE',
  ]);
  expect(await take(id, 'sue')).toMatchObject({
    ...{ supportState: 'WAITING_FOR_STAFF', assignee: { id: userIdOf('sue') } },
    participantCount: 2,
  });
  await using stream = await chat.follow('sue', id);
  await stream.atLeast(1);
  await chat.send('sue', id, 'On its way.');
  expect(await seen(id, 'bo')).toMatchObject({ supportState: 'WAITING_FOR_CUSTOMER' });
  expect(await take(id, 'sam')).toMatchObject({
    ...{ supportState: 'WAITING_FOR_CUSTOMER', assignee: { id: userIdOf('sam') } },
    participantCount: 2,
  });
  await stream.find(({ data }) => data.roomEvents.reason === 'ACCESS_CHANGED');
  expect(await seen(id, 'sue')).toBeNull();
  // Whoever does not help hands nothing back.
  await chat.execute(TAKE, { id, on: false }, staff('sue'));
  expect(await seen(id, 'sam')).toMatchObject({ assignee: { id: userIdOf('sam') } });
  expect(await take(id, 'sam', false)).toBeNull();
  expect(await seen(id, 'bo')).toMatchObject({ supportState: 'OPEN', assignee: null });
});

test('a message reopens a resolved request', async () => {
  const { id } = await opened(await ordered());
  await take(id, 'sue');
  const resolve = async (who: string, on: boolean) =>
    roomIn(await chat.execute(RESOLVE, { id, on }, as(who)), 'setSupportResolved').supportState;
  expect(await resolve('sue', true)).toBe('RESOLVED');
  expect(await resolve('bo', false)).toBe('WAITING_FOR_STAFF');
  expect(await resolve('bo', true)).toBe('RESOLVED');
  await using stream = await chat.follow('sue', id);
  await stream.atLeast(1);
  await chat.send('bo', id, 'One more thing');
  await until(async () =>
    stream.items.some(({ data }) => data.roomEvents.__typename === 'RoomUpdated'),
  );
  expect(await seen(id, 'bo')).toMatchObject({ supportState: 'WAITING_FOR_STAFF' });
  expect(codesOf(await chat.execute(RESOLVE, { id, on: true }, as('ada')))).toEqual([
    'ROOM_NOT_FOUND',
  ]);
});

test('staff find support requests by state, oldest first', async () => {
  const ids: string[] = [];
  for (let at = 0; at < 3; at += 1) ids.push((await opened(await ordered())).id);
  await take(ids[1] as string, 'sue');
  const found: unknown[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const answer = await chat.execute(QUEUE, { state: 'OPEN', first: 1, after }, staff('sam'));
    expect(answer.errors).toBeUndefined();
    const { edges, pageInfo } = answer.data.supportRequests;
    found.push(...edges.map(({ node }: { node: object }) => node));
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  const mine = found.filter((node) => ids.includes((node as { roomId: string }).roomId));
  expect(mine).toEqual(
    [ids[0], ids[2]].map((roomId) =>
      expect.objectContaining({
        ...{ roomId, state: 'OPEN', customer: { id: userIdOf('bo') }, assignee: null },
      }),
    ),
  );
  expect(codesOf(await chat.execute(QUEUE, {}, as('ada')))).toEqual(['FORBIDDEN']);
});

test('the mutations of other rooms cannot join, leave or change a support room', async () => {
  const { id } = await opened(await ordered());
  await take(id, 'sue');
  const { id: messageId } = await chat.send('bo', id, 'Hello?');
  const ada = userIdOf('ada');
  const ways: [query: string, variables: object, code: string][] = [
    [ADD, { roomId: id, userIds: [ada] }, 'ROOM_NOT_MANAGEABLE'],
    [REMOVE, { roomId: id, userId: ada }, 'ROOM_NOT_MANAGEABLE'],
    [BAN, { roomId: id, userId: ada }, 'ROOM_NOT_MANAGEABLE'],
    [LEAVE, { id }, 'ROOM_NOT_LEAVABLE'],
    [ARCHIVE, { id }, 'ROOM_NOT_EDITABLE'],
    [UPDATE, { input: { id, topic: 'else' } }, 'ROOM_NOT_EDITABLE'],
    [PIN, { id: messageId, on: true }, 'ROOM_PINS_FORBIDDEN'],
  ];
  for (const [query, variables, code] of ways) {
    for (const who of ['bo', 'sue']) {
      expect([query, codesOf(await chat.execute(query, variables as never, as(who)))]).toEqual([
        query,
        [code],
      ]);
    }
  }
  const from = { roomId: id, clientMessageId: randomUUID(), text: 'hi' };
  for (const [query, variables] of [
    [JOIN, { id }],
    [SEND, { input: from }],
  ] as const) {
    expect(codesOf(await chat.execute(query, variables as never, as('ada')))).toEqual([
      'ROOM_NOT_FOUND',
    ]);
  }
});

test('concurrent steps of the assignee and the customer end as the last one says, without a deadlock', async () => {
  const { id } = await opened(await ordered());
  await take(id, 'sue');
  const said = Array.from({ length: 6 }, (_, at) => chat.send(at % 2 ? 'bo' : 'sue', id, `${at}`));
  const taken = ['sue', 'sam', 'sue'].map((who) =>
    chat.execute(TAKE, { id, on: true }, staff(who)),
  );
  const [sent, answers] = await Promise.all([Promise.allSettled(said), Promise.all(taken)]);
  expect(answers.flatMap(codesOf)).toEqual([]);
  // Who was taken out meanwhile does not say any more; nothing else fails.
  for (const one of sent) {
    if (one.status === 'rejected') expect(String(one.reason)).toMatch(/ROOM_NOT_FOUND/);
  }
  const room = await seen(id, 'bo');
  expect(room.participantCount).toBe(2);
  expect(await seen(id, room.assignee.id === userIdOf('sue') ? 'sam' : 'sue')).toBeNull();
});

test('a former staff member hands back all their requests, while another person takes some of them', async () => {
  const rooms: string[] = [];
  for (let at = 0; at < 3; at += 1) rooms.push((await opened(await ordered())).id);
  for (let round = 0; round < 3; round += 1) {
    for (const id of rooms) await take(id, 'sue');
    await using stream = await chat.follow('sue', rooms[0] as string);
    await stream.atLeast(1);
    const [, other] = await Promise.all([
      chat.deliver('users.RolesChanged', { userId: userIdOf('sue'), roles: ['CUSTOMER'] }),
      chat.execute(TAKE, { id: rooms[2], on: true }, staff('sam')),
    ]);
    expect(codesOf(other)).toEqual([]);
    await stream.find(({ data }) => data.roomEvents.reason === 'ACCESS_CHANGED');
    for (const id of rooms) await until(async () => (await seen(id, 'sue')) === null);
    expect(await seen(rooms[0] as string, 'bo')).toMatchObject({
      ...{ supportState: 'OPEN', assignee: null },
    });
    expect(await seen(rooms[2] as string, 'bo')).toMatchObject({
      assignee: { id: userIdOf('sam') },
    });
  }
  await take(rooms[0] as string, 'sue');
  await chat.deliver('users.UserSuspended', {
    ...{ userId: userIdOf('sue'), reason: 'Rude', until: null, suspendedById: userIdOf('sam') },
  });
  await until(async () => (await seen(rooms[0] as string, 'sue')) === null);
});

test('repeating a step of support announces nothing', async () => {
  const { id } = await opened(await ordered());
  const recorded = async () => (await loggedEventsOf(chat, id)).length;
  const steps = [
    () => take(id, 'sue'),
    () => chat.execute(RESOLVE, { id, on: true }, as('bo')),
    () => chat.execute(RESOLVE, { id, on: false }, as('bo')),
    () => take(id, 'sue', false),
  ];
  for (const step of steps) {
    const before = await recorded();
    await step();
    const after = await recorded();
    expect(after).toBeGreaterThan(before);
    for (const again of [step, step]) await again();
    expect(await recorded()).toBe(after);
  }
});

test('taking over and handing back in turns is limited, since both are announced', async () => {
  await using strict = await startChat({ people: ['bo', 'sue'], config: { changesPerWindow: 3 } });
  const orderId = newId('ord');
  await strict.deliver('orders.OrderPlaced', order(orderId, 'bo'));
  const { room } = (await strict.ask(OPEN, { id: orderId }, 'bo')).openSupportRoom;
  const codes = [];
  for (const on of [true, false, true, false]) {
    codes.push(codesOf(await strict.execute(TAKE, { id: room.id, on }, staff('sue'))));
  }
  expect(codes).toEqual([[], [], [], ['RATE_LIMITED']]);
});
