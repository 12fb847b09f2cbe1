import { randomUUID } from 'node:crypto';
import { until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type RunningSouk, startSouk } from './running-souk.ts';
import { ADDRESS } from './support/postal-address.ts';

// Bo buys a bowl of Olga, asks about it, and Stan, who works for her, answers; as they live it through the one endpoint.

let souk: RunningSouk;
let bo: Person;
let olga: Person;
let stan: Person;
let rival: Person;
beforeAll(async () => {
  souk = await startSouk();
  [bo, olga, stan, rival] = await Promise.all([
    souk.register('bo', 'Bo'),
    souk.register('olga', 'Olga'),
    souk.register('stan', 'Stan'),
    souk.register('rival', 'Rival'),
  ]);
});
afterAll(() => souk?.[Symbol.asyncDispose]());

/** What becomes of a mutation, with its failures by their codes. */
async function tried({ token }: Person, call: string, selection: string) {
  const query = `mutation { done: ${call} { ${selection} errors { ... on UserError { code } } } }`;
  const { done } = await souk.ask(query, {}, token);
  return { ...done, codes: done.errors.map(({ code }: { code: string }) => code) };
}
async function done(person: Person, call: string, selection: string) {
  const result = await tried(person, call, selection);
  expect(result.codes).toEqual([]);
  return result;
}

/** A shop of one's own, which begins with its first product. */
async function sell(person: Person, title: string) {
  const { product } = await done(
    person,
    `createProduct(input: { title: "${title}", variants: [
       { sku: "${title}", price: { minorUnits: 1000, currency: "EUR" }, openingStock: 5 }] })`,
    'product { id seller { id } defaultVariant { id } }',
  );
  return product as { id: string; seller: { id: string }; defaultVariant: { id: string } };
}

async function buyAndPay(variantId: string): Promise<string> {
  const input = {
    lines: [{ variantId, quantity: 1 }],
    ...{ shippingAddress: ADDRESS, idempotencyKey: randomUUID() },
  };
  const BUY = 'mutation ($input: BuyNowInput!) { buyNow(input: $input) { order { id } } }';
  const order = await until(async () => {
    const { buyNow } = await souk.ask(BUY, { input }, bo.token);
    return buyNow.order as { id: string } | null;
  });
  const seen = async () =>
    (
      await souk.ask(
        `{ order(id: "${order.id}") { status sellerOrders { id status } } }`,
        {},
        bo.token,
      )
    ).order;
  await until(async () => (await seen()).status === 'RESERVED');
  const payment = `orderId: "${order.id}", paymentMethodCode: "test_card"`;
  await done(
    bo,
    `payOrder(input: { ${payment}, idempotencyKey: "${randomUUID()}" })`,
    'payment { id }',
  );
  const part = await until(async () => {
    const [first] = (await seen()).sellerOrders;
    return first.status === 'OPEN' ? first : null;
  });
  return part.id;
}

const requestsOf = async ({ token }: Person, sellerId: string) => {
  const { seller } = await souk.ask(
    `{ seller(id: "${sellerId}") { desk { viewerCan supportRequests { edges { node {
       roomId state waitingSince sellerOrder { id number } customer { username } assignee { username } } } } } } }`,
    {},
    token,
  );
  return seller.desk;
};
const noticesOf = async ({ token }: Person) => {
  const { viewer } = await souk.ask(
    `{ viewer { notifications(first: 50) { edges { node { kind readAt title target { ... on SupportTarget {
       roomId desk { seller { displayName } } sellerOrder { id } } } } } } } }`,
    {},
    token,
  );
  return viewer.notifications.edges
    .map(({ node }: { node: { kind: string } }) => node)
    .filter(({ kind }: { kind: string }) => kind === 'CUSTOMER_QUESTION');
};
const roomSeenBy = async ({ token }: Person, id: string) =>
  (
    await souk.ask(
      `{ room(id: "${id}") { id supportState assignee { username } messages { edges { node { text
         embeds { ... on EntityEmbed { entity { ... on Product { title } } } } } } } } }`,
      {},
      token,
    )
  ).room;
const say = (person: Person, roomId: string, text: string, more = '') =>
  done(
    person,
    `sendMessage(input: { roomId: "${roomId}", clientMessageId: "${randomUUID()}", text: "${text}"${more} })`,
    'message { id }',
  );

test("a buyer asks the seller of an order, and one of the seller's people takes over and answers, live", async () => {
  const bowl = await sell(olga, 'Bowl');
  const mug = await sell(rival, 'Mug');
  const sellerId = bowl.seller.id;
  await done(
    olga,
    `setSellerMember(sellerId: "${sellerId}", userId: "${stan.id}", role: STAFF)`,
    'member { id }',
  );
  await done(stan, `acceptSellerMembership(sellerId: "${sellerId}")`, 'member { id }');
  const part = await buyAndPay(bowl.defaultVariant.id);

  const room = await until(async () => {
    const opened = await tried(
      bo,
      `openSupportRoom(sellerOrderId: "${part}")`,
      `room { id kind supportState sellerOrder { id } seller { ... on Seller { displayName } } }`,
    );
    return opened.room;
  });
  expect(room).toMatchObject({
    ...{ kind: 'SUPPORT', supportState: 'OPEN', sellerOrder: { id: part } },
    seller: { displayName: 'Olga' },
  });
  await say(bo, room.id, 'Does it take hot tea?', `, embedEntityIds: ["${bowl.id}"]`);

  // All who answer for the seller find it, and nobody reads it yet.
  for (const person of [olga, stan]) {
    const [notice] = await until(async () => {
      const notices = await noticesOf(person);
      return notices.length > 0 ? notices : null;
    });
    expect(notice).toMatchObject({
      ...{ title: 'A customer has a question', readAt: null },
      target: {
        ...{ roomId: room.id, sellerOrder: { id: part } },
        desk: { seller: { displayName: 'Olga' } },
      },
    });
    const desk = await requestsOf(person, sellerId);
    expect(desk.viewerCan).toContain('ANSWER_CUSTOMERS');
    expect(desk.supportRequests.edges).toEqual([
      {
        node: {
          ...{ roomId: room.id, state: 'OPEN', waitingSince: expect.any(String), assignee: null },
          ...{ sellerOrder: { id: part, number: expect.any(String) } },
          customer: { username: 'bo' },
        },
      },
    ]);
    expect(await roomSeenBy(person, room.id)).toBeNull();
  }
  // Somebody else's shop learns nothing of it.
  expect(await requestsOf(rival, sellerId)).toBeNull();
  expect((await requestsOf(rival, mug.seller.id)).supportRequests.edges).toEqual([]);
  const taken = await tried(
    rival,
    `setSupportTaken(roomId: "${room.id}", on: true)`,
    'room { id }',
  );
  expect(taken.codes).toEqual(['ROOM_NOT_FOUND']);
  expect(await noticesOf(rival)).toEqual([]);

  const live = await souk.subscribe(
    `subscription { roomEvents(roomId: "${room.id}") { __typename
       ... on MessagePosted { message { text author { username } } } } }`,
    {},
    bo.token,
  );
  await live.atLeast(1);
  await done(stan, `setSupportTaken(roomId: "${room.id}", on: true)`, 'room { id }');
  const read = await roomSeenBy(stan, room.id);
  expect(read).toMatchObject({
    supportState: 'WAITING_FOR_STAFF',
    assignee: { username: 'stan' },
  });
  const [question] = read.messages.edges;
  expect(question.node).toMatchObject({
    ...{ text: 'Does it take hot tea?', embeds: [{ entity: { title: 'Bowl' } }] },
  });
  await say(stan, room.id, 'The glazed ones do.');
  await live.find(({ data }) => {
    const { message } = data?.roomEvents ?? {};
    return message?.text === 'The glazed ones do.' && message.author.username === 'stan';
  });
  await live.stop();

  expect(await roomSeenBy(olga, room.id)).toBeNull();
  await until(async () => (await noticesOf(olga))[0].readAt !== null);
  const [{ node: helped }] = (await requestsOf(olga, sellerId)).supportRequests.edges;
  expect(helped).toMatchObject({
    ...{ state: 'WAITING_FOR_CUSTOMER', waitingSince: null, assignee: { username: 'stan' } },
  });
  // And the buyer finds it where they bought it.
  const ofPart = `{ sellerOrder(id: "${part}") { supportRoom { id supportState } } }`;
  const supportRoom = { id: room.id, supportState: 'WAITING_FOR_CUSTOMER' };
  expect((await souk.ask(ofPart, {}, bo.token)).sellerOrder).toEqual({ supportRoom });
  expect((await souk.ask(ofPart, {}, olga.token)).sellerOrder).toEqual({ supportRoom: null });
});

test('people who no longer work for the seller can no longer read its customers’ rooms', async () => {
  const pot = await sell(olga, 'Pot');
  const { room } = await done(
    bo,
    `openSupportRoom(sellerId: "${pot.seller.id}")`,
    'room { id sellerOrder { id } }',
  );
  expect(room.sellerOrder).toBeNull();
  await done(stan, `setSupportTaken(roomId: "${room.id}", on: true)`, 'room { id }');
  const live = await souk.subscribe(
    `subscription { roomEvents(roomId: "${room.id}") { __typename ... on StreamReset { reason } } }`,
    {},
    stan.token,
  );
  await live.atLeast(1);
  await done(
    olga,
    `removeSellerMember(sellerId: "${pot.seller.id}", userId: "${stan.id}")`,
    'seller { id }',
  );
  await live.find(({ data }) => data?.roomEvents.reason === 'ACCESS_CHANGED');
  expect(await roomSeenBy(stan, room.id)).toBeNull();
  expect(await requestsOf(stan, pot.seller.id)).toBeNull();
  const taken = await tried(stan, `setSupportTaken(roomId: "${room.id}", on: true)`, 'room { id }');
  expect(taken.codes).toEqual(['ROOM_NOT_FOUND']);
  expect((await requestsOf(olga, pot.seller.id)).supportRequests.edges).toContainEqual({
    node: expect.objectContaining({ roomId: room.id, state: 'OPEN', assignee: null }),
  });
});
