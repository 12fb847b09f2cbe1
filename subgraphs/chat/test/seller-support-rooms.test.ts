import { newId } from '@souk/runtime/domain';
import { as, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HAND_BACKS_AT_ONCE } from '../src/use-cases/hand-back-support.ts';
import { codesOf, failuresOf, startChat, type TestChat } from './chat.ts';
import { loggedEventsOf } from './database.ts';
import {
  ASK_SELLER,
  askSeller,
  queueOf,
  RESOLVE,
  roomOfPart,
  seenBy,
  sellerIn,
  TAKE,
  take,
  takeCodes,
} from './seller-support.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['bo', 'cy', 'olga', 'stan', 'mia', 'rival'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

/** A seller of olga, who owns it, and stan. */
async function kettles() {
  const seller = sellerIn(chat);
  await seller.open([
    ['olga', 'OWNER'],
    ['stan', 'STAFF'],
  ]);
  return seller;
}
interface Step {
  change: string;
  orderStep: string | null;
}

const partsOf = async (id: string) =>
  (await sql(chat, 'SELECT 1 FROM known_seller_order WHERE id = $1', [id])).length;
const askCodes = async (who: string, about: object) =>
  failuresOf(await chat.execute(ASK_SELLER, about as never, as(who))).map(({ code, path }) => [
    code,
    path,
  ]);

test('a buyer asks the seller of a part of an order in one room, which nobody else finds', async () => {
  const seller = await kettles();
  const part = await seller.received('bo');
  expect(await roomOfPart(chat, 'bo', part)).toBeNull();
  const rooms = await Promise.all(
    Array.from({ length: 5 }, () => until(() => askSeller(chat, 'bo', { part }).catch(() => null))),
  );
  expect(new Set(rooms.map(({ id }) => id)).size).toBe(1);
  const { id } = rooms[0];
  expect(rooms[0]).toMatchObject({
    ...{ kind: 'SUPPORT', supportState: 'OPEN', assignee: null, order: null },
    ...{ seller: { id: seller.sellerId }, sellerOrder: { id: part }, participantCount: 1 },
  });
  expect(await roomOfPart(chat, 'bo', part)).toEqual({ id });
  const mine = `{ viewer { rooms(filter: { kinds: [SUPPORT] }) { edges { node { id kind seller { id } } } } } }`;
  const { edges } = (await chat.ask(mine, {}, 'bo')).viewer.rooms;
  expect(edges.map(({ node }: { node: { id: string } }) => node)).toContainEqual({
    ...{ id, kind: 'SUPPORT', seller: { id: seller.sellerId } },
  });
  for (const who of ['cy', 'olga', 'rival']) {
    expect(await roomOfPart(chat, who, part)).toBeNull();
    expect(await seenBy(chat, who, id)).toBeNull();
    expect(await askCodes(who, { part })).toEqual([['SELLER_ORDER_NOT_FOUND', ['sellerOrderId']]]);
  }
});

test('somebody asks a seller about no order: one room of them and the seller, beside those about parts', async () => {
  const seller = await kettles();
  const { sellerId } = seller;
  const rooms = await Promise.all(
    Array.from({ length: 5 }, () => askSeller(chat, 'bo', { seller: sellerId })),
  );
  expect(new Set(rooms.map(({ id }) => id)).size).toBe(1);
  expect(rooms[0]).toMatchObject({ order: null, sellerOrder: null, seller: { id: sellerId } });
  const part = await seller.received('bo');
  const others = [
    await until(() => askSeller(chat, 'bo', { part }).catch(() => null)),
    await askSeller(chat, 'cy', { seller: sellerId }),
    await askSeller(chat, 'bo', { seller: (await kettles()).sellerId }),
  ];
  expect(new Set([rooms[0], ...others].map(({ id }) => id)).size).toBe(4);
  expect(await roomOfPart(chat, 'bo', part)).toEqual({ id: others[0].id });
});

test('exactly one thing is asked about, which the asker can see and does not answer for', async () => {
  const seller = await kettles();
  const { sellerId } = seller;
  const part = await seller.received('stan');
  expect(await askCodes('bo', {})).toEqual([['EXACTLY_ONE_REQUIRED', ['orderId']]]);
  expect(await askCodes('bo', { seller: sellerId, part })).toEqual([
    ['EXACTLY_ONE_REQUIRED', ['sellerId']],
  ]);
  for (const id of [newId('sel'), 'x', newId('usr')]) {
    expect(await askCodes('bo', { seller: id })).toEqual([['SELLER_NOT_FOUND', ['sellerId']]]);
  }
  expect(await askCodes('stan', { seller: sellerId })).toEqual([['OWN_SELLER', ['sellerId']]]);
  await until(async () => {
    const [failure] = await askCodes('stan', { part });
    return failure?.[0] === 'OWN_SELLER';
  });
  // A guest has no account by which they ask.
  const ofGuest = await seller.received(null);
  expect(await askCodes('bo', { part: ofGuest })).toEqual([
    ['SELLER_ORDER_NOT_FOUND', ['sellerOrderId']],
  ]);
});

test('a seller that was never approved cannot be asked; if one may no longer sell, open requests continue', async () => {
  const pending = sellerIn(chat);
  await pending.tell([['olga', 'OWNER']], 'PENDING');
  await until(async () => {
    const rows = await sql(chat, 'SELECT 1 FROM known_seller WHERE id = $1', [pending.sellerId]);
    return rows.length > 0;
  });
  expect(await askCodes('bo', { seller: pending.sellerId })).toEqual([
    ['SELLER_NOT_FOUND', ['sellerId']],
  ]);
  const seller = await kettles();
  const { id } = await askSeller(chat, 'bo', { seller: seller.sellerId });
  await seller.tell([['olga', 'OWNER']], 'SUSPENDED');
  await until(async () => (await queueOf(chat, seller.sellerId, 'olga')) === null);
  expect(await askCodes('cy', { seller: seller.sellerId })).toEqual([
    ['SELLER_NOT_ACTIVE', ['sellerId']],
  ]);
  expect(await askSeller(chat, 'bo', { seller: seller.sellerId })).toMatchObject({ id });
  expect(await takeCodes(chat, 'olga', id)).toEqual(['ROOM_NOT_FOUND']);
  await chat.send('bo', id, 'Are you there?');
});

test('people who answer for the seller take over, answer and hand on; nobody else reads anything', async () => {
  const { sellerId } = await kettles();
  const other = sellerIn(chat);
  await other.open([['rival', 'OWNER']]);
  const { id } = await askSeller(chat, 'bo', { seller: sellerId });
  await chat.send('bo', id, 'Does it whistle?');
  await using live = await chat.follow('bo', id);
  await live.atLeast(1);
  const staff = { ...as('mia'), roles: ['SUPPORT' as const] };
  for (const who of ['rival', 'mia', 'cy']) {
    expect(await takeCodes(chat, who, id)).toEqual(['ROOM_NOT_FOUND']);
  }
  const ofStaff = await chat.ask(
    '{ supportRequests(first: 100) { edges { node { roomId } } } }',
    {},
    staff,
  );
  expect(JSON.stringify(ofStaff)).not.toContain(id);
  expect(await takeCodes(chat, 'bo', id)).toEqual(['ROOM_NOT_MANAGEABLE']);
  const [asked] = (await queueOf(chat, sellerId, 'stan')) as object[];
  expect(asked).toEqual({
    ...{ roomId: id, state: 'OPEN', waitingSince: expect.any(String), assignee: null },
    ...{ order: null, sellerOrder: null, customer: { id: userIdOf('bo') } },
  });
  expect(await queueOf(chat, sellerId, 'rival')).toBeNull();
  expect(await queueOf(chat, sellerId, 'bo')).toBeNull();

  expect(await take(chat, 'olga', id)).toMatchObject({
    ...{ supportState: 'WAITING_FOR_STAFF', assignee: { id: userIdOf('olga') } },
    participantCount: 2,
  });
  expect(await seenBy(chat, 'stan', id)).toBeNull();
  await chat.send('olga', id, 'It sings.');
  await live.find(({ data }) => data.roomEvents.message?.text === 'It sings.');
  expect(await seenBy(chat, 'bo', id)).toMatchObject({ supportState: 'WAITING_FOR_CUSTOMER' });
  const [answered] = (await queueOf(chat, sellerId, 'stan')) as { waitingSince: null }[];
  expect(answered?.waitingSince).toBeNull();

  await using ofOlga = await chat.follow('olga', id);
  await ofOlga.atLeast(1);
  expect(await take(chat, 'stan', id)).toMatchObject({ assignee: { id: userIdOf('stan') } });
  await ofOlga.find(({ data }) => data.roomEvents.reason === 'ACCESS_CHANGED');
  expect(await seenBy(chat, 'olga', id)).toBeNull();
  const done = await chat.execute(RESOLVE, { id, on: true }, as('stan'));
  expect(codesOf(done)).toEqual([]);
  expect(await seenBy(chat, 'bo', id)).toMatchObject({ supportState: 'RESOLVED' });
  expect(await take(chat, 'stan', id, false)).toBeNull();
});

test('a seller’s queue is read in pages, by state, oldest first', async () => {
  const { sellerId } = await kettles();
  const ids: string[] = [];
  for (const who of ['bo', 'cy', 'mia', 'rival']) {
    ids.push((await askSeller(chat, who, { seller: sellerId })).id);
  }
  await take(chat, 'stan', ids[1] as string);
  const roomIds = async (variables: object) =>
    ((await queueOf(chat, sellerId, 'olga', variables)) as { roomId: string }[]).map(
      ({ roomId }) => roomId,
    );
  expect(await roomIds({ first: 1 })).toEqual(ids);
  expect(await roomIds({ first: 2, state: 'OPEN' })).toEqual([ids[0], ids[2], ids[3]]);
  expect(await roomIds({ state: 'WAITING_FOR_STAFF' })).toEqual([ids[1]]);
});

test('somebody who no longer answers for the seller hands back their requests, and their streams end', async () => {
  const seller = await kettles();
  const { id } = await askSeller(chat, 'bo', { seller: seller.sellerId });
  const ofOther = await kettles();
  const { id: elsewhere } = await askSeller(chat, 'bo', { seller: ofOther.sellerId });
  await take(chat, 'stan', elsewhere);
  const endings: (() => Promise<unknown>)[] = [
    () => seller.tell([['olga', 'OWNER']]),
    () => seller.tell([['stan', 'STAFF']], 'CLOSED'),
    () =>
      chat.deliver('users.UserSuspended', {
        ...{
          userId: userIdOf('stan'),
          reason: 'Rude',
          until: null,
          suspendedById: userIdOf('mia'),
        },
      }),
  ];
  for (const end of endings) {
    await seller.open([
      ['stan', 'STAFF'],
      ['olga', 'OWNER'],
    ]);
    await take(chat, 'stan', id);
    await using stream = await chat.follow('stan', id);
    await stream.atLeast(1);
    await end();
    await stream.find(({ data }) => data.roomEvents.reason === 'ACCESS_CHANGED');
    await until(async () => (await seenBy(chat, 'stan', id)) === null);
    expect(await seenBy(chat, 'bo', id)).toMatchObject({ assignee: null, supportState: 'OPEN' });
  }
  // The last of them, a suspension, is for all that they answer for; what became of the first seller is not.
  await until(async () => (await seenBy(chat, 'stan', elsewhere)) === null);
});

test('losing a staff role does not end the requests that somebody answers for a seller', async () => {
  const { sellerId } = await kettles();
  const { id } = await askSeller(chat, 'bo', { seller: sellerId });
  await take(chat, 'olga', id);
  const order = newId('ord');
  await chat.deliver('orders.OrderPlaced', {
    ...{ orderId: order, number: 'S-1', buyerId: userIdOf('cy'), currency: 'EUR' },
    ...{ totalMinor: 1, lines: [] },
  });
  const ofStaff = await askSeller(chat, 'cy', { order });
  const asStaff = { ...as('olga'), roles: ['SUPPORT' as const] };
  expect(codesOf(await chat.execute(TAKE, { id: ofStaff.id, on: true }, asStaff))).toEqual([]);
  await chat.deliver('users.RolesChanged', { userId: userIdOf('olga'), roles: ['CUSTOMER'] });
  // What was asked of staff is handed back by the same transaction as anything else would be.
  await until(async () => (await seenBy(chat, 'olga', ofStaff.id)) === null);
  expect(await seenBy(chat, 'olga', id)).toMatchObject({ assignee: { id: userIdOf('olga') } });
});

test('people who answer for a seller are told once that a customer waits, and once that somebody helps', async () => {
  const seller = await kettles();
  const part = await seller.received('bo');
  const { id } = await until(() => askSeller(chat, 'bo', { part }).catch(() => null));
  const told = async () =>
    (await loggedEventsOf(chat, id)).flatMap(({ type, payload }) =>
      type === 'chat.SupportRequestChanged' ? [payload] : [],
    );
  const news = (waits: boolean) => ({
    ...{ roomId: id, sellerId: seller.sellerId, partId: part, customerId: userIdOf('bo') },
    ...{ waits, recipientIds: ['olga', 'stan'].map(userIdOf) },
  });
  expect(await told()).toEqual([]);
  await chat.send('bo', id, 'Hello?');
  await chat.send('bo', id, 'Anybody?');
  expect(await told()).toEqual([news(true)]);
  await take(chat, 'stan', id);
  expect(await told()).toEqual([news(true), news(false)]);
  await chat.send('stan', id, 'Here.');
  await take(chat, 'stan', id, false);
  expect(await told()).toHaveLength(2);
  await chat.send('bo', id, 'And?');
  expect(await told()).toEqual([news(true), news(false), news(true)]);
  await chat.execute(RESOLVE, { id, on: true }, as('bo'));
  expect(await told()).toEqual([news(true), news(false), news(true), news(false)]);
});

test('a part of which chat hears before its seller waits for the seller, and is not told that there is none', async () => {
  const seller = sellerIn(chat);
  const part = await seller.received('bo');
  await until(async () => (await partsOf(part)) > 0);
  // The news are on their way for longer than anybody waits.
  const early = await chat.execute(ASK_SELLER, { part }, as('bo'));
  expect(early.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  const asking = until(() => askSeller(chat, 'bo', { part }).catch(() => null));
  await seller.tell([['olga', 'OWNER']]);
  expect(await asking).toMatchObject({
    seller: { id: seller.sellerId },
    sellerOrder: { id: part },
  });
  // Whoever makes up a seller, or a part of somebody else, is told as before.
  expect(await askCodes('cy', { part })).toEqual([['SELLER_ORDER_NOT_FOUND', ['sellerOrderId']]]);
});

test("the seller's room about a part of an order reports the steps of that part alone", async () => {
  const seller = await kettles();
  const [part, other] = [await seller.received('bo'), await seller.received('bo')];
  const { id } = await until(() => askSeller(chat, 'bo', { part }).catch(() => null));
  await take(chat, 'stan', id);
  const of = (sellerOrderId: string) => ({
    ...{ orderId: newId('ord'), number: 'S-1', buyerId: userIdOf('bo') },
    ...{ sellerOrderId, sellerId: seller.sellerId },
  });
  const parcel = { ...of(part), shipmentId: newId('shp') };
  await chat.deliver('orders.ShipmentUpdated', {
    ...of(other),
    shipmentId: newId('shp'),
    status: 'IN_TRANSIT',
  });
  await chat.deliver('orders.ShipmentUpdated', { ...parcel, status: 'IN_TRANSIT' });
  await chat.deliver('orders.ShipmentUpdated', {
    ...parcel,
    from: 'IN_TRANSIT',
    status: 'DELIVERED',
  });
  await chat.deliver('orders.RefundIssued', { ...of(part), refundId: newId('rfd') });
  const STEPS = `query ($id: ID!) { room(id: $id) { supportState viewerState { unreadCount }
    messages(last: 20) { edges { node { system { change orderStep } } } } } }`;
  const stepsSeenBy = async (who: string) => {
    const { room } = await chat.ask(STEPS, { id }, who);
    // They are nobody's turn, and nothing unread.
    expect(room).toMatchObject({
      ...{ supportState: 'WAITING_FOR_STAFF', viewerState: { unreadCount: 0 } },
    });
    return room.messages.edges.flatMap(({ node: { system } }: { node: { system: Step } }) =>
      system.change === 'ORDER' ? [system.orderStep] : [],
    );
  };
  await until(async () => (await stepsSeenBy('bo')).length === 3);
  for (const who of ['bo', 'stan']) {
    expect((await stepsSeenBy(who)).sort()).toEqual(['DELIVERED', 'REFUNDED', 'SHIPPED']);
  }
});

test('all requests that two people took over are handed back, however many transactions it takes', async () => {
  const seller = await kettles();
  const COUNT = HAND_BACKS_AT_ONCE + 15;
  // More of the first than a transaction takes, so that both are in the second.
  const helperOf = (nth: number) => (nth < COUNT - 10 ? 'olga' : 'stan');
  const parts = Array.from({ length: COUNT }, () => newId('sor'));
  await sql(
    chat,
    `INSERT INTO known_seller_order (id, buyer_id, seller_id)
     SELECT id, $2, $3 FROM unnest($1::text[]) AS id`,
    [parts, userIdOf('bo'), seller.sellerId],
  );
  const rooms: string[] = [];
  for (const [nth, part] of parts.entries()) {
    const { id } = await askSeller(chat, 'bo', { part });
    await take(chat, helperOf(nth), id);
    rooms.push(id);
  }
  await seller.tell([['mia', 'OWNER']]);
  await until(async () => {
    const taken = await sql(
      chat,
      'SELECT 1 FROM support_room WHERE seller_id = $1 AND taken_by IS NOT NULL',
      [seller.sellerId],
    );
    return taken.length === 0;
  });
  const inside = await sql(
    chat,
    'SELECT 1 FROM participant WHERE room_id = ANY($1) AND user_id <> $2',
    [rooms, userIdOf('bo')],
  );
  expect(inside).toEqual([]);
  expect(await queueOf(chat, seller.sellerId, 'mia', { state: 'OPEN', first: 100 })).toHaveLength(
    COUNT,
  );
});

test('a deleted account ends its own requests, and requests that it took over are free again', async () => {
  await chat.register('gone');
  const seller = await kettles();
  const { sellerId } = seller;
  const { id } = await askSeller(chat, 'gone', { seller: sellerId });
  await chat.send('gone', id, 'Hello?');
  const others = sellerIn(chat);
  await others.open([['gone', 'OWNER']]);
  const { id: helped } = await askSeller(chat, 'bo', { seller: others.sellerId });
  await chat.send('bo', helped, 'Anybody?');
  await take(chat, 'gone', helped);
  await chat.deliver('users.UserErased', { userId: userIdOf('gone') });
  await until(async () => {
    const rows = await sql(chat, 'SELECT 1 FROM support_room WHERE room_id = $1 AND state = $2', [
      ...[id, 'RESOLVED'],
    ]);
    return rows.length > 0;
  });
  expect(await queueOf(chat, sellerId, 'olga')).toEqual([
    expect.objectContaining({ roomId: id, state: 'RESOLVED', waitingSince: null }),
  ]);
  const told = (await loggedEventsOf(chat, id)).flatMap(({ type, payload }) =>
    type === 'chat.SupportRequestChanged' ? [payload] : [],
  );
  expect(told).toMatchObject([
    { waits: true },
    { waits: false, recipientIds: ['olga', 'stan'].map(userIdOf) },
  ]);
  expect(await seenBy(chat, 'bo', helped)).toMatchObject({ assignee: null, supportState: 'OPEN' });
});

test('opening rooms with sellers has the limit of other rooms', async () => {
  await using strict = await startChat({ people: ['bo'], config: { roomsPerWindow: 2 } });
  const codes = [];
  for (let count = 0; count < 3; count += 1) {
    const seller = sellerIn(strict);
    await seller.open([['olga', 'OWNER']]);
    const asked = await strict.execute(ASK_SELLER, { seller: seller.sellerId }, as('bo'));
    codes.push(codesOf(asked));
  }
  expect(codes).toEqual([[], [], ['RATE_LIMITED']]);
});
