import { randomUUID } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type RunningSouk, startSouk } from './running-souk.ts';
import { openSmallMarket, type SmallMarket } from './small-market.ts';

// What goes wrong at the one endpoint, by mistake or on purpose: each gets one clear code, changes
// nothing for anybody, and learns nothing of what lies behind.

let souk: RunningSouk;
let market: SmallMarket;
let atRest: unknown;
beforeAll(async () => {
  souk = await startSouk();
  market = await openSmallMarket(souk);
  atRest = await market.state();
});
afterAll(() => souk?.[Symbol.asyncDispose]());

type Who = 'ada' | 'bo' | 'mallory';
type Case = [name: string, who: Who, document: string, variables: object, codes: string[]];
const BEHIND =
  /stack|prisma|node_modules|postgres|redis|\w+:\/\/|select .* from|insert into|127\.0\.0\.1|\.ts\b|secret/i;

/** The codes of an answer, wherever it carries them. */
function codesOf({ data, errors = [] }: Answer): string[] {
  const payloads = Object.values((data ?? {}) as Record<string, Answer['data']>);
  const expected = payloads.flatMap((payload) => payload?.errors ?? []);
  return [
    ...errors.map(({ extensions }) => extensions.code),
    ...expected.map(({ code }: { code: string }) => code),
  ];
}

async function refused(answer: Answer, codes: string[]) {
  expect([...new Set(codesOf(answer))], JSON.stringify(answer)).toEqual(codes);
  expect(JSON.stringify(answer)).not.toMatch(BEHIND);
  expect(await market.state()).toEqual(atRest);
}

/** Variables may name what the market has: `$orderId` becomes its id. */
function filled(variables: object): object {
  const known = market as unknown as Record<string, unknown>;
  const text = JSON.stringify(variables, (_, value) =>
    typeof value === 'string' && value.startsWith('$') ? known[value.slice(1)] : value,
  );
  return JSON.parse(text);
}

const payload = (call: string) =>
  `${call} { errors { __typename ... on UserError { code message path } } }`;
const mutation = (variables: string, call: string) =>
  `mutation (${variables}) { ${payload(call)} }`;
const PLACE = mutation('$input: BuyNowInput!', 'buyNow(input: $input)');
const LIST = mutation('$input: CreateProductInput!', 'createProduct(input: $input)');
const ADJUST = mutation('$input: AdjustInventoryInput!', 'adjustInventory(input: $input)');
const SAY = mutation('$input: SendMessageInput!', 'sendMessage(input: $input)');
const CANCEL = mutation('$id: ID!', 'cancelOrder(orderId: $id)');
const FOUND = mutation('$input: CreateGroupInput!', 'createGroup(input: $input)');
const PROFILE = mutation('$input: UpdateProfileInput!', 'updateProfile(input: $input)');

const ADDRESS = {
  name: 'M',
  line1: 'Main St 1',
  city: 'Lund',
  postalCode: '22100',
  country: 'SE',
};
const order = (lines: unknown, more: object = {}) => ({
  input: { lines, shippingAddress: ADDRESS, idempotencyKey: randomUUID(), ...more },
});
const line = (quantity: unknown, variantId = '$variantId') => order([{ variantId, quantity }]);
const listing = (more: object, variant: object = {}) => ({
  input: {
    title: 'Plate',
    variants: [{ sku: 'PLATE', price: { minorUnits: 100, currency: 'EUR' }, ...variant }],
    ...more,
  },
});
const adjustment = (more: object) => ({
  input: {
    variantId: '$variantId',
    delta: 1,
    reason: 'COUNTED',
    idempotencyKey: randomUUID(),
    ...more,
  },
});
const message = (more: object) => ({
  input: { roomId: '$privateRoomId', clientMessageId: randomUUID(), text: 'Hello', ...more },
});
const NOBODY = '0123456789abcdefghjkmnpqrs';
const HUGE = 'x'.repeat(20_000);

const INVALID = ['BAD_USER_INPUT'];
const WRONG_TYPES: Case[] = [
  ['a word for a number', 'bo', PLACE, line('many'), INVALID],
  ['a fraction', 'bo', PLACE, line(1.5), INVALID],
  ['a number for an object', 'bo', PLACE, { input: 7 }, INVALID],
  ['a list for a text', 'ada', LIST, listing({ title: ['a'] }), INVALID],
  ['an unknown field', 'ada', LIST, listing({ price: 1 }), INVALID],
  ['a required field left out', 'ada', SAY, { input: { roomId: '$privateRoomId' } }, INVALID],
  ['null where something is needed', 'bo', PLACE, { input: null }, INVALID],
  [
    'an unknown word of a list',
    'ada',
    FOUND,
    { input: { name: 'A', visibility: 'OPEN' } },
    INVALID,
  ],
  ['no UUID', 'ada', SAY, message({ clientMessageId: 'not-a-uuid' }), INVALID],
  [
    'no currency',
    'ada',
    LIST,
    listing({}, { price: { minorUnits: 100, currency: 'euros' } }),
    INVALID,
  ],
  [
    'no country',
    'bo',
    PLACE,
    order([{ variantId: '$variantId' }], { shippingAddress: { ...ADDRESS, country: 'Sweden' } }),
    INVALID,
  ],
  ['no such field', 'bo', '{ viewer { password } }', {}, ['GRAPHQL_VALIDATION_FAILED']],
  ['no document', 'bo', 'query {', {}, ['GRAPHQL_PARSE_FAILED']],
];
const NUMBERS: Case[] = [
  ['a negative quantity', 'bo', PLACE, line(-1), INVALID],
  ['none', 'bo', PLACE, line(0), INVALID],
  ['a thousand', 'bo', PLACE, line(1_000), INVALID],
  ['more than 32 bits', 'bo', PLACE, line(2 ** 31), INVALID],
  ['more than a double counts', 'bo', PLACE, line(1e300), INVALID],
  ['more than there is', 'bo', PLACE, line(6), ['INSUFFICIENT_STOCK']],
  ['no lines', 'bo', PLACE, order([]), INVALID],
  [
    'a negative price',
    'ada',
    LIST,
    listing({}, { price: { minorUnits: -1, currency: 'EUR' } }),
    INVALID,
  ],
  [
    'a price beyond 2^53',
    'ada',
    LIST,
    listing({}, { price: { minorUnits: 2 ** 53, currency: 'EUR' } }),
    INVALID,
  ],
  ['a negative stock', 'ada', LIST, listing({}, { openingStock: -1 }), INVALID],
  ['a stock beyond 32 bits', 'ada', ADJUST, adjustment({ delta: 2 ** 31 - 1 }), INVALID],
  ['less than nothing on the shelf', 'ada', ADJUST, adjustment({ delta: -6 }), ['NEGATIVE_STOCK']],
  ['a negative page', 'bo', '{ products(first: -1) { totalCount } }', {}, INVALID],
  ['an endless page', 'bo', '{ products(first: 101) { totalCount } }', {}, INVALID],
];
const TEXTS: Case[] = [
  ['an empty title', 'ada', LIST, listing({ title: '' }), INVALID],
  ['a title of spaces', 'ada', LIST, listing({ title: ' \u200b\t ' }), INVALID],
  ['an oversized title', 'ada', LIST, listing({ title: HUGE }), INVALID],
  ['an empty message', 'ada', SAY, message({ text: '' }), INVALID],
  ['a message of nothing visible', 'ada', SAY, message({ text: '\u200b\u200d' }), INVALID],
  ['an oversized message', 'ada', SAY, message({ text: HUGE }), INVALID],
  ['a zero byte', 'ada', SAY, message({ text: 'a\u0000b' }), INVALID],
  ['half a character', 'ada', FOUND, { input: { name: '\ud800' } }, INVALID],
  ['a nameless group', 'ada', FOUND, { input: { name: ' ' } }, INVALID],
  ['an oversized note', 'bo', PLACE, order([{ variantId: '$variantId' }], { note: HUGE }), INVALID],
  ['an empty display name', 'bo', PROFILE, { input: { displayName: '' } }, INVALID],
  ['an oversized bio', 'bo', PROFILE, { input: { bio: HUGE } }, INVALID],
];
const UNKNOWN: Case[] = [
  ['an unknown variant', 'bo', PLACE, line(1, `var_${NOBODY}`), ['PRODUCT_VARIANT_NOT_FOUND']],
  ['an order as a variant', 'bo', PLACE, line(1, '$orderId'), ['PRODUCT_VARIANT_NOT_FOUND']],
  ['words as a variant', 'bo', PLACE, line(1, "'; drop table"), ['PRODUCT_VARIANT_NOT_FOUND']],
  ['an unknown order', 'bo', CANCEL, { id: `ord_${NOBODY}` }, ['ORDER_NOT_FOUND']],
  ['a room as an order', 'bo', CANCEL, { id: '$privateRoomId' }, ['ORDER_NOT_FOUND']],
  ['an unknown room', 'bo', SAY, message({ roomId: `room_${NOBODY}` }), ['ROOM_NOT_FOUND']],
  ['a group as a room', 'bo', SAY, message({ roomId: '$groupId' }), ['ROOM_NOT_FOUND']],
  [
    'an unknown answered message',
    'bo',
    SAY,
    message({ replyToId: `msg_${NOBODY}` }),
    ['MESSAGE_NOT_FOUND'],
  ],
];
const FOREIGN: Case[] = [
  ['an order', 'mallory', CANCEL, { id: '$orderId' }, ['ORDER_NOT_FOUND']],
  ['a room', 'mallory', SAY, message({}), ['ROOM_NOT_FOUND']],
  ['a direct room', 'mallory', SAY, message({ roomId: '$directRoomId' }), ['ROOM_NOT_FOUND']],
  [
    'a way into a room',
    'mallory',
    mutation('$id: ID!', 'joinRoom(roomId: $id)'),
    { id: '$privateRoomId' },
    ['ROOM_NOT_FOUND'],
  ],
  [
    'more people for a room',
    'mallory',
    mutation('$id: ID!, $who: ID!', 'addParticipants(roomId: $id, userIds: [$who])'),
    { id: '$privateRoomId', who: `usr_${NOBODY}` },
    ['ROOM_NOT_FOUND', 'USER_NOT_FOUND'],
  ],
  [
    'a private group',
    'mallory',
    mutation('$id: ID!', 'joinGroup(groupId: $id)'),
    { id: '$groupId' },
    ['GROUP_NOT_FOUND'],
  ],
  [
    'a product',
    'mallory',
    mutation('$id: ID!', 'updateProduct(input: { id: $id, title: "Mine" })'),
    { id: '$productId' },
    ['NOT_THE_SELLER'],
  ],
  ['stock', 'mallory', ADJUST, adjustment({}), ['NOT_THE_SELLER']],
  [
    'a notice',
    'mallory',
    mutation('$id: ID!', 'dismissNotification(notificationId: $id)'),
    { id: '$notificationId' },
    ['NOTIFICATION_NOT_FOUND'],
  ],
  [
    'notices',
    'mallory',
    mutation('$id: ID!', 'markNotificationsRead(notificationIds: [$id])'),
    { id: '$notificationId' },
    ['NOTIFICATION_NOT_FOUND'],
  ],
  ['all people', 'mallory', '{ users { totalCount } }', {}, ['FORBIDDEN']],
  ['all orders', 'mallory', '{ orders { totalCount } }', {}, ['FORBIDDEN']],
  ['all mail', 'mallory', '{ emailOutbox { edges { node { id } } } }', {}, ['FORBIDDEN']],
  [
    'a role',
    'mallory',
    mutation('$id: ID!', 'setUserRoles(userId: $id, roles: [ADMIN])'),
    { id: `usr_${NOBODY}` },
    ['FORBIDDEN'],
  ],
];

describe.each([
  ['a value that does not fit its type', WRONG_TYPES],
  ['a number out of bounds', NUMBERS],
  ['a text that is none, or too much', TEXTS],
  ['something that does not exist', UNKNOWN],
  ['what belongs to others', FOREIGN],
])('%s', (_, cases) => {
  test.each(cases)('%s (%s)', async (_, who, document, variables, codes) => {
    await refused(await souk.graphql(document, filled(variables), market[who].token), codes);
  });
});

test('a wrong value of a form is reported with its place, in variables as in the operation itself', async () => {
  const wrong = { email: 'nobody', username: 'eve', password: 'a fine day for walnuts' };
  const both = [
    await souk.graphql(
      mutation('$input: RegisterUserInput!', 'registerUser(input: $input)'),
      { input: { ...wrong, locale: '??' } },
      null,
    ),
    await souk.graphql(
      `mutation { ${payload(`registerUser(input: { email: "nobody", username: "eve",
        password: "a fine day for walnuts", locale: "??" })`)} }`,
      {},
      null,
    ),
  ];
  for (const { data, errors } of both) {
    expect(errors).toBeUndefined();
    const told = data.registerUser.errors as { __typename: string; path: string[] }[];
    expect(told.map(({ path }) => path.join('.')).sort()).toEqual(
      ['email', 'locale'].map((field) => `input.${field}`),
    );
    for (const { __typename } of told) expect(__typename).toBe('ValidationError');
  }
});

test("other people's things read as not found", async () => {
  const { mallory, orderId, privateRoomId, directRoomId, groupId, messageId } = market;
  const { data, errors } = await souk.graphql(
    `query ($order: ID!, $room: ID!, $direct: ID!, $group: ID!, $message: ID!) {
       order(id: $order) { number } room(id: $room) { name } direct: room(id: $direct) { kind }
       group(id: $group) { name } message(id: $message) { text } }`,
    {
      order: orderId,
      room: privateRoomId,
      direct: directRoomId,
      group: groupId,
      message: messageId,
    },
    mallory.token,
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ order: null, room: null, direct: null, group: null, message: null });
});

describe('a key that was used before', () => {
  test('for an order, with other input', async () => {
    const { orderInput, bo } = market;
    const input = { ...orderInput, note: 'Another one' };
    await refused(await souk.graphql(PLACE, { input }, bo.token), ['IDEMPOTENCY_KEY_REUSED']);
  });
  test('for a message, with other words', async () => {
    const changed = message({ clientMessageId: market.messageKey, text: 'Coffee?' });
    await refused(await souk.graphql(SAY, filled(changed), market.ada.token), [
      'CLIENT_MESSAGE_ID_REUSED',
    ]);
  });
});

describe('a token', () => {
  const VIEWER = '{ viewer { user { id } } }';

  test('that is missing: nobody is signed in', async () => {
    await refused(await souk.graphql(VIEWER), ['UNAUTHENTICATED']);
    await refused(await souk.graphql(PLACE, { input: market.orderInput }), ['UNAUTHENTICATED']);
  });

  test('that is not ours, was changed, or has ended: refused', async () => {
    const { bo, ada } = market;
    const [header = '', claims = '', signature = ''] = bo.token.split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const write = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const { privateKey } = await generateKeyPair('EdDSA');
    const foreign = (given: object) =>
      new SignJWT({ ...read(claims), ...given }).setProtectedHeader(read(header)).sign(privateKey);
    const tokens = [
      'nonsense',
      'a.b.c',
      `${header}.${claims}.`,
      `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
      `${header}.${write({ ...read(claims), sub: ada.id })}.${signature}`,
      `${write({ ...read(header), alg: 'none' })}.${claims}.`,
      await foreign({}),
      await foreign({ exp: 1 }),
      `${header}.${write({ ...read(claims), exp: 1 })}.${signature}`,
    ];
    for (const token of tokens) {
      await refused(await souk.graphql(VIEWER, {}, token), ['UNAUTHENTICATED']);
      await expect(
        souk.subscribe('subscription { notificationEvents { __typename } }', {}, token),
      ).rejects.toMatchObject({ code: 4403 });
    }
    expect((await souk.ask(VIEWER, {}, bo.token)).viewer.user.id).toBe(bo.id);
  });
});

describe('a cursor', () => {
  const ROOM = `subscription ($roomId: ID!, $after: EventCursor) {
    roomEvents(roomId: $roomId, after: $after) { __typename } }`;
  const heads = async () => {
    const { ada, privateRoomId, directRoomId } = market;
    const data = await souk.ask(
      `query ($room: ID!, $direct: ID!) {
         room(id: $room) { head } direct: room(id: $direct) { head }
         products(first: 1) { edges { cursor } } viewer { rooms(first: 1) { edges { cursor } } } }`,
      { room: privateRoomId, direct: directRoomId },
      ada.token,
    );
    return {
      own: data.room.head as string,
      direct: data.direct.head as string,
      products: data.products.edges[0].cursor as string,
      rooms: data.viewer.rooms.edges[0].cursor as string,
    };
  };

  test('of a page that is broken or of another list', async () => {
    const { rooms, products, own } = await heads();
    const PAGE = 'query ($after: String) { products(first: 1, after: $after) { totalCount } }';
    const bad = ['', 'x', '9'.repeat(5_000), products.slice(1), `${products}A`, rooms, own];
    for (const after of bad) {
      await refused(await souk.graphql(PAGE, { after }, market.ada.token), INVALID);
    }
  });

  test('of a stream that is broken or of another stream; a room of others has none at all', async () => {
    const { own, direct, products } = await heads();
    const { ada, mallory, privateRoomId: roomId } = market;
    for (const after of ['x', own.slice(2), `${own}A`, direct, products]) {
      await using listener = await souk.subscribe(ROOM, { roomId, after }, ada.token);
      await expect(listener.untilEnded()).rejects.toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
    for (const after of [null, own]) {
      await using listener = await souk.subscribe(ROOM, { roomId, after }, mallory.token);
      const failure = await listener.untilEnded().catch((error) => error);
      expect(failure).toMatchObject([{ extensions: { code: 'ROOM_NOT_FOUND' } }]);
      expect(JSON.stringify(failure)).not.toMatch(BEHIND);
    }
    await using listener = await souk.subscribe(
      `subscription ($id: ID!) { orderEvents(orderId: $id) { __typename } }`,
      { id: market.orderId },
      mallory.token,
    );
    await expect(listener.untilEnded()).rejects.toMatchObject([
      { extensions: { code: 'ORDER_NOT_FOUND' } },
    ]);
  });
});

test('a message of a payment provider that it did not sign is refused, beside the graph', async () => {
  const url = `${souk.url}/payment-messages/test`;
  const response = await fetch(url, { method: 'POST', body: '{"reference":"test_x"}' });
  expect(response.status).toBe(400);
  await refused((await response.json()) as Answer, ['MESSAGE_REFUSED']);
  expect((await fetch(`${souk.url}/payment-messages/nobody`, { method: 'POST' })).status).toBe(404);
});

test('the same requests without the fault are accepted', async () => {
  const good: [Who, string, object][] = [
    ['bo', PLACE, line(1)],
    ['ada', LIST, listing({})],
    ['ada', ADJUST, adjustment({})],
    ['bo', SAY, message({})],
    ['bo', CANCEL, { id: '$orderId' }],
    ['bo', FOUND, { input: { name: 'Weavers' } }],
    ['bo', PROFILE, { input: { displayName: 'Bo the second' } }],
  ];
  for (const [who, document, variables] of good) {
    const answer = await souk.graphql(document, filled(variables), market[who].token);
    expect(codesOf(answer), JSON.stringify(answer)).toEqual([]);
  }
  expect(await market.state()).not.toEqual(atRest);
});
