import { newId } from '@souk/runtime/domain';
import { as, sql, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('exactly one is asked, of which the asker sees that it is there, and for whom they do not answer', async () => {
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

test('a seller who was never let in is asked by nobody; of one who may not sell, what was asked goes on', async () => {
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

test('who answers for the seller takes it over, answers and hands it on; nobody else reads a word', async () => {
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

test('the queue of a seller is read in pages, by how it stands, the oldest first', async () => {
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

test('who answers for the seller no more hands back what they took, and their streams end with that', async () => {
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

test('who loses their role at Souk keeps what they answer for a seller', async () => {
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

test('those who answer for a seller are told once that a customer waits, and once that somebody helps', async () => {
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
