import { randomUUID } from 'node:crypto';
import { insist, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, type RunningSouk, startSouk } from './running-souk.ts';
import { ADDRESS } from './support/postal-address.ts';

// One story through the one endpoint, as two people live it; each test goes on where the last ended.

let souk: RunningSouk;
let ada: Person;
let bo: Person;
let variantId: string;
let roomId: string;

/** Moves by itself, and further where the story says that time passes. */
let passedMs = 0;
const pass = (minutes: number) => {
  passedMs += minutes * 60_000;
};

beforeAll(async () => {
  souk = await startSouk({
    settings: { MISSED_MAIL_DELAY_SECONDS: '1' },
    clock: () => new Date(Date.now() + passedMs),
  });
});
afterAll(() => souk?.[Symbol.asyncDispose]());

const stock = async () => {
  const data = await souk.ask(
    'query ($id: ID!) { variant(id: $id) { inventory { available onHand reserved } } }',
    { id: variantId },
    ada.token,
  );
  return data.variant.inventory;
};

const ROOM = `subscription ($roomId: ID!, $after: EventCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    __typename
    ... on StreamEvent { cursor }
    ... on MessagePosted { message { sequence text author { username displayName } } }
    ... on CaughtUp { replayed }
  }
}`;

const say = async (person: Person, text: string, into = roomId) => {
  const data = await souk.ask(
    `mutation ($input: SendMessageInput!) {
       sendMessage(input: $input) { message { id sequence } errors { ... on UserError { code } } } }`,
    { input: { roomId: into, clientMessageId: randomUUID(), text } },
    person.token,
  );
  expect(data.sendMessage.errors).toEqual([]);
  return data.sendMessage.message as { id: string; sequence: number };
};

const mailsTo = async (email: string) => {
  const caught = await (await fetch(`${souk.url}/dev/mailbox.json`)).json();
  return (caught as { to: string; text: string }[]).filter(({ to }) => to.includes(email));
};

/** What becomes of a mutation that has no mistakes. */
const done = async (person: Pick<Person, 'token'> | null, mutation: string, variables: object) => {
  const data = await souk.ask(mutation, variables, person?.token);
  const [result] = Object.values(data) as Record<string, never>[];
  expect(result?.errors).toEqual([]);
  return result as Record<string, { id: string; accessToken: string }>;
};

const openRoom = async (name: string, participants: readonly Person[]) => {
  const { room } = await done(
    ada,
    `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
       room { id } errors { ... on UserError { code } } } }`,
    { input: { kind: 'PRIVATE', name, participantIds: participants.map(({ id }) => id) } },
  );
  return room?.id as string;
};

/** How long what they do not read waits before it is mailed to them. */
const setDelay = (person: Person, minutes: number) =>
  done(
    person,
    `mutation ($input: NotificationPreferencesInput!) { updateNotificationPreferences(input: $input) {
       errors { ... on UserError { code } } } }`,
    { input: { missedMessageDelayMinutes: minutes } },
  );

interface Notice {
  readAt: string | null;
  target: { room: { id: string } };
}

const inboxOf = async (person: Person) => {
  const data = await souk.ask(
    `{ viewer { unreadNotifications notifications(filter: { kinds: [MESSAGE] }) { edges { node {
       title body count readAt actor { displayName } deliveries { status reason }
       target { __typename ... on RoomTarget { room { id name } message { text } } } } } } } }`,
    {},
    person.token,
  );
  return data.viewer.notifications.edges.map(({ node }: { node: Notice }) => node) as Notice[];
};

test('two people register and each gets a welcome mail', async () => {
  ada = await souk.register('ada', 'Ada Lovelace');
  bo = await souk.register('bo', 'Bo Diddley');
  for (const { email } of [ada, bo]) {
    const mails = await until(async () => {
      const own = await mailsTo(email);
      return own.length > 0 && own;
    });
    expect(mails).toHaveLength(1);
  }
});

test('a seller lists a product, and everybody sees it with its seller and stock', async () => {
  const data = await souk.ask(
    `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
       product { id defaultVariant { id } } errors { ... on UserError { code message } } } }`,
    {
      input: {
        title: 'Ash bowl',
        variants: [
          { sku: 'BOWL-1', price: { minorUnits: 1999, currency: 'EUR' }, openingStock: 5 },
        ],
      },
    },
    ada.token,
  );
  expect(data.createProduct.errors).toEqual([]);
  variantId = data.createProduct.product.defaultVariant.id;
  const variant = await until(async () => {
    const seen = await souk.ask(
      `query ($id: ID!) { variant(id: $id) {
         product { title seller { displayName } } price { formatted } availability maxQuantity } }`,
      { id: variantId },
    );
    // Whoever sells by themselves has the name of their account, as soon as the news of it are there.
    return /^Seller /.test(seen.variant.product.seller.displayName) ? null : seen.variant;
  });
  expect(variant).toEqual({
    product: { title: 'Ash bowl', seller: { displayName: 'Ada Lovelace' } },
    price: { formatted: expect.stringContaining('19.99') },
    availability: 'IN_STOCK',
    maxQuantity: 5,
  });
});

test('the other orders; the order becomes RESERVED before their eyes, and the stock falls', async () => {
  const input = {
    lines: [{ variantId, quantity: 2 }],
    shippingAddress: ADDRESS,
    idempotencyKey: randomUUID(),
  };
  const place = () =>
    insist(() =>
      souk.graphql(
        `mutation ($input: BuyNowInput!) { buyNow(input: $input) {
           order { id head total { minorUnits } } replayed errors { ... on UserError { code } } } }`,
        { input },
        bo.token,
      ),
    );
  // Orders hear of a new product a moment after it is listed.
  const order = await until(async () => {
    const { data } = await place();
    const { order, errors } = data.buyNow;
    if (!order) expect(errors).toEqual([{ code: 'PRODUCT_VARIANT_NOT_FOUND' }]);
    return order;
  });
  expect(order.total.minorUnits).toBe(3998);

  await using events = await souk.subscribe(
    `subscription ($id: ID!, $after: EventCursor) { orderEvents(orderId: $id, after: $after) {
       __typename ... on OrderStatusChanged { from to order { lines { sku variant { product { title } } } } } } }`,
    { id: order.id, after: order.head },
    bo.token,
  );
  const changed = await events.find(
    ({ data }) => data?.orderEvents.__typename === 'OrderStatusChanged',
  );
  expect(changed.data.orderEvents).toMatchObject({
    from: 'PENDING',
    to: 'RESERVED',
    order: { lines: [{ sku: 'BOWL-1', variant: { product: { title: 'Ash bowl' } } }] },
  });
  expect(await stock()).toEqual({ available: 3, onHand: 5, reserved: 2 });

  const again = await place();
  expect(again.data.buyNow).toMatchObject({ replayed: true, order: { id: order.id } });
  expect(await stock()).toEqual({ available: 3, onHand: 5, reserved: 2 });
});

test('a cart shows the present price beside the noted one, and tells when they differ', async () => {
  const { product } = await done(
    ada,
    `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
       product { defaultVariant { id } } errors { ... on UserError { code } } } }`,
    {
      input: {
        title: 'Elm bowl',
        variants: [
          { sku: 'BOWL-3', price: { minorUnits: 1000, currency: 'EUR' }, openingStock: 5 },
        ],
      },
    },
  );
  const { id } = (product as unknown as { defaultVariant: { id: string } }).defaultVariant;
  const LINES = 'lines { unitPrice { minorUnits } variant { price { minorUnits } } }';
  type Price = { minorUnits: number };
  const pricesIn = (cart: unknown) =>
    (cart as { lines: { unitPrice: Price; variant: { price: Price } }[] }).lines.map(
      ({ unitPrice, variant }) => [unitPrice.minorUnits, variant.price.minorUnits],
    );
  const { cart } = await done(
    bo,
    `mutation ($lines: [CartLineInput!]!) { setCartLines(lines: $lines) {
       cart { id head ${LINES} } errors { ... on UserError { code } } } }`,
    { lines: [{ variantId: id, quantity: 1 }] },
  );
  expect(pricesIn(cart)).toEqual([[1000, 1000]]);
  await using events = await souk.subscribe(
    `subscription { cartEvents { __typename ... on CartChanged { cart { ${LINES} } } } }`,
    {},
    bo.token,
  );
  await events.find(({ data }) => data?.cartEvents.__typename === 'CaughtUp');
  await done(
    ada,
    `mutation ($input: UpdateVariantInput!) { updateVariant(input: $input) { errors { ... on UserError { code } } } }`,
    { input: { id, price: { minorUnits: 1250, currency: 'EUR' } } },
  );
  const changed = await events.find(({ data }) => data?.cartEvents.__typename === 'CartChanged');
  expect(pricesIn(changed.data.cartEvents.cart)).toEqual([[1250, 1250]]);
});

test('a group is founded and joined, and both are in its general room', async () => {
  const founded = await souk.ask(
    `mutation ($input: CreateGroupInput!) { createGroup(input: $input) {
       group { id } errors { ... on UserError { code } } } }`,
    { input: { name: 'Turners', visibility: 'PUBLIC', joinPolicy: 'OPEN' } },
    ada.token,
  );
  const groupId = founded.createGroup.group.id;
  const joined = await souk.ask(
    `mutation ($id: ID!) { joinGroup(groupId: $id) {
       member { role group { memberCount } } errors { ... on UserError { code } } } }`,
    { id: groupId },
    bo.token,
  );
  expect(joined.joinGroup).toEqual({
    member: { role: 'MEMBER', group: { memberCount: 2 } },
    errors: [],
  });
  roomId = await until(async () => {
    const data = await souk.ask(
      `query ($id: ID!) { group(id: $id) { rooms(first: 5) { edges { node {
         id name kind participantCount } } } } }`,
      { id: groupId },
      bo.token,
    );
    const room = data.group.rooms?.edges[0]?.node;
    if (room?.participantCount !== 2) return null;
    expect(room).toMatchObject({ name: 'general', kind: 'GROUP' });
    return room.id as string;
  });
});

describe('in the room', () => {
  test('both talk, and hear each other by name', async () => {
    await using atAda = await souk.subscribe(ROOM, { roomId }, ada.token);
    await using atBo = await souk.subscribe(ROOM, { roomId }, bo.token);
    await atAda.atLeast(1);
    await atBo.atLeast(1);
    await say(ada, 'Hello Bo');
    await say(bo, 'Hello Ada');
    for (const listener of [atAda, atBo]) {
      const [caughtUp, ...events] = (await listener.atLeast(3)).map(({ data }) => data.roomEvents);
      expect(caughtUp).toMatchObject({ __typename: 'CaughtUp', replayed: 0 });
      expect(events.map(({ message }) => [message.author.displayName, message.text])).toEqual([
        ['Ada Lovelace', 'Hello Bo'],
        ['Bo Diddley', 'Hello Ada'],
      ]);
    }
  });

  test('a product is shown in a message, at the price that it has when somebody looks', async () => {
    const data = await souk.ask(
      'query ($id: ID!) { variant(id: $id) { product { id } } }',
      { id: variantId },
      ada.token,
    );
    const productId = data.variant.product.id;
    const drafted = await souk.ask(
      `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
         product { id } errors { ... on UserError { code } } } }`,
      {
        input: {
          ...{ title: 'Oak bowl', status: 'DRAFT' },
          variants: [{ sku: 'BOWL-2', price: { minorUnits: 2999, currency: 'EUR' } }],
        },
      },
      ada.token,
    );
    expect(drafted.createProduct.errors).toEqual([]);
    const draftId = drafted.createProduct.product.id;
    const sent = await souk.ask(
      `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
         message { id text } errors { ... on UserError { code } } } }`,
      { input: { roomId, clientMessageId: randomUUID(), embedEntityIds: [productId, draftId] } },
      ada.token,
    );
    expect(sent.sendMessage).toMatchObject({ message: { text: '' }, errors: [] });
    const shown = async (to = bo) => {
      const found = await souk.ask(
        `query ($id: ID!) { message(id: $id) { embeds { ... on EntityEmbed { entityId
           entity { __typename id ... on Product { title defaultVariant { price { minorUnits } } } } } } } }`,
        { id: sent.sendMessage.message.id },
        to.token,
      );
      return found.message.embeds;
    };
    const at = (minorUnits: number) => [
      {
        entityId: productId,
        entity: {
          ...{ __typename: 'Product', id: productId, title: 'Ash bowl' },
          defaultVariant: { price: { minorUnits } },
        },
      },
      // What its owner does not show to who looks is an id, and no more.
      { entityId: draftId, entity: null },
    ];
    expect(await shown()).toEqual(at(1999));
    expect((await shown(ada))[1].entity).toMatchObject({ id: draftId, title: 'Oak bowl' });
    const changed = await souk.ask(
      `mutation ($input: UpdateVariantInput!) { updateVariant(input: $input) {
         errors { ... on UserError { code } } } }`,
      { input: { id: variantId, price: { minorUnits: 1499, currency: 'EUR' } } },
      ada.token,
    );
    expect(changed.updateVariant.errors).toEqual([]);
    expect(await shown()).toEqual(at(1499));
  });

  test('a client that resumes after a lost connection misses nothing and receives nothing twice', async () => {
    const before = await souk.subscribe(ROOM, { roomId }, bo.token);
    await before.atLeast(1);
    await say(ada, 'before 1');
    await say(ada, 'before 2');
    await before.atLeast(3);
    await before.drop();
    const heard = before.items.map(({ data }) => data.roomEvents);

    for (let nth = 1; nth <= 12; nth += 1) await say(ada, `meanwhile ${nth}`);
    await using after = await souk.subscribe(
      ROOM,
      { roomId, after: heard.at(-1).cursor },
      bo.token,
    );
    // Sent while the replay runs, or just after: it must not matter.
    for (let nth = 1; nth <= 5; nth += 1) await say(ada, `live ${nth}`);
    await after.find(({ data }) => data.roomEvents.message?.text === 'live 5');

    const resumed = after.items.map(({ data }) => data.roomEvents);
    expect(resumed.filter(({ __typename }) => __typename === 'CaughtUp')).toHaveLength(1);
    const replayed = resumed.findIndex(({ __typename }) => __typename === 'CaughtUp');
    expect(resumed[replayed].replayed).toBe(replayed);
    expect(replayed).toBeGreaterThanOrEqual(12);
    const messages = [...heard, ...resumed].flatMap(({ message }) => message ?? []);
    expect(messages.map(({ text }) => text)).toEqual([
      'before 1',
      'before 2',
      ...Array.from({ length: 12 }, (_, index) => `meanwhile ${index + 1}`),
      ...Array.from({ length: 5 }, (_, index) => `live ${index + 1}`),
    ]);
    const [first] = messages;
    expect(messages.map(({ sequence }) => sequence)).toEqual(
      messages.map((_, index) => first.sequence + index),
    );
    expect(new Set(messages.map(({ author }) => author.displayName))).toEqual(
      new Set(['Ada Lovelace']),
    );
  });

  test('absent and present people both find a notice, and reading the room marks it read', async () => {
    const carol = await souk.register('carol', 'Carol Kaye');
    for (const person of [bo, carol]) await setDelay(person, 5);
    roomId = await openRoom('plans', [bo, carol]);
    await using present = await souk.subscribe(ROOM, { roomId }, bo.token);
    await present.atLeast(1);
    await say(ada, 'Tea at four?');
    const posted = await present.find(
      ({ data }) => data.roomEvents.message?.text === 'Tea at four?',
    );
    const notice = {
      title: 'Ada Lovelace in #plans',
      body: 'Tea at four?',
      count: 1,
      readAt: null,
      actor: { displayName: 'Ada Lovelace' },
      // It is in the inbox, a mail waits in case it is not read there, and nothing is there to push to.
      deliveries: [
        { status: 'PENDING', reason: null },
        { status: 'DELIVERED', reason: null },
        { status: 'SUPPRESSED', reason: 'NO_DEVICE' },
      ],
      target: {
        __typename: 'RoomTarget',
        room: { id: roomId, name: 'plans' },
        message: { text: 'Tea at four?' },
      },
    };
    const noticeOf = async (person: Person) =>
      (await inboxOf(person)).find(({ target }) => target.room.id === roomId);
    // An open connection says nothing of anybody looking, so Bo finds one too.
    for (const person of [carol, bo]) expect(await until(() => noticeOf(person))).toEqual(notice);

    const data = await souk.ask(
      `mutation ($roomId: ID!, $upTo: Int!) { markRoomRead(roomId: $roomId, upToSequence: $upTo) {
         errors { ... on UserError { code } } } }`,
      { roomId, upTo: posted.data.roomEvents.message.sequence },
      bo.token,
    );
    expect(data.markRoomRead.errors).toEqual([]);
    await until(async () => (await noticeOf(bo))?.readAt);
    expect(await noticeOf(carol)).toEqual(notice);
  });
});

describe('people whom a message has not reached', () => {
  const NOTICES = `subscription { notificationEvents {
    __typename
    ... on NotificationCreated { notification { id body } }
    ... on NotificationsChanged { notifications { body readAt } } } }`;
  let dora: Person;
  beforeAll(async () => {
    dora = await souk.register('dora', 'Dora Maar');
  });

  const mailWith = (text: string) =>
    until(async () => (await mailsTo(dora.email)).find((mail) => mail.text.includes(text)));
  /** Why no mail of the message went out, or that one did: null while that is not decided, nor written down. */
  const mailOf = async (messageId: string) => {
    const data = await souk.ask(
      `query ($id: ID!) { explainNotification(messageId: $id) {
         deliveries { channel status reason } } }`,
      { id: messageId },
      dora.token,
    );
    const deliveries = data.explainNotification?.deliveries as
      | { channel: string; status: string }[]
      | undefined;
    const mail = deliveries?.find(({ channel }) => channel === 'EMAIL');
    return mail && mail.status !== 'PENDING' ? mail : null;
  };

  test('gets a mail though an unused desktop is connected', async () => {
    const idle = await openRoom('idle desktop', [dora]);
    await using desktop = await souk.subscribe(ROOM, { roomId: idle }, dora.token);
    await using inbox = await souk.subscribe(NOTICES, {}, dora.token);
    await desktop.atLeast(1);
    await inbox.atLeast(1);
    const { id } = await say(ada, 'Is the kettle on?', idle);
    await desktop.find(({ data }) => data.roomEvents.message?.text === 'Is the kettle on?');
    await inbox.find(
      ({ data }) => data.notificationEvents.notification?.body === 'Is the kettle on?',
    );
    await mailWith('Is the kettle on?');
    expect(await until(() => mailOf(id))).toMatchObject({ status: 'SENT' });
    expect(desktop.ended || inbox.ended).toBe(false);
  });

  test('gets what arrived just before the lid was closed, after some minutes away', async () => {
    const lid = await openRoom('closed lid', [dora]);
    const laptop = await souk.subscribe(ROOM, { roomId: lid }, dora.token);
    await laptop.atLeast(1);
    await done(
      dora,
      `mutation ($roomId: ID!) { reportActivity(active: true, roomId: $roomId) {
         errors { ... on UserError { code } } } }`,
      { roomId: lid },
    );
    await say(ada, 'One last thing', lid);
    await laptop.find(({ data }) => data.roomEvents.message?.text === 'One last thing');
    await laptop.drop();
    // They are taken to have seen it, as long as they were there a moment ago.
    await until(async () => {
      const rows = await sql<{ last_error: string }>(
        { databaseUrl: souk.databaseUrls.notifications },
        "SELECT last_error FROM email_message WHERE user_id = $1 AND status = 'PENDING'",
        [dora.id],
      );
      return rows.some(({ last_error }) => last_error === 'ATTENTIVE');
    });
    expect(await mailsTo(dora.email)).not.toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('One last thing') }),
    );
    pass(3);
    await mailWith('One last thing');
  });

  test('gets no mail about what they read on another device, and the desktop learns of the reading', async () => {
    await setDelay(dora, 1);
    const plans = await openRoom('read elsewhere', [dora]);
    const { tokens } = await done(
      null,
      `mutation ($input: LoginInput!) { login(input: $input) {
         tokens { accessToken } errors { ... on UserError { code } } } }`,
      { input: { login: dora.username, password: dora.password } },
    );
    const phone = { ...dora, token: tokens?.accessToken as string };
    await using desktop = await souk.subscribe(NOTICES, {}, dora.token);
    await desktop.atLeast(1);
    const { id, sequence } = await say(ada, 'Read me on the phone', plans);
    await desktop.find(
      ({ data }) => data.notificationEvents.notification?.body === 'Read me on the phone',
    );
    await done(
      phone,
      `mutation ($roomId: ID!, $upTo: Int!) { markRoomRead(roomId: $roomId, upToSequence: $upTo) {
         errors { ... on UserError { code } } } }`,
      { roomId: plans, upTo: sequence },
    );
    await desktop.find(({ data }) =>
      data.notificationEvents.notifications?.some(
        ({ body, readAt }: { body: string; readAt: string | null }) =>
          body === 'Read me on the phone' && readAt !== null,
      ),
    );
    pass(1);
    expect(await until(() => mailOf(id))).toMatchObject({
      status: 'SUPPRESSED',
      reason: 'READ_BEFORE_SEND',
    });
    expect(await mailsTo(dora.email)).not.toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('Read me on the phone') }),
    );
  });
});

test('signing out closes the socket at once, and the token is refused from then on', async () => {
  await using listener = await souk.subscribe(ROOM, { roomId }, bo.token);
  await listener.atLeast(1);
  const data = await souk.ask('mutation { logout { revokedSessions } }', {}, bo.token);
  expect(data.logout.revokedSessions).toBe(1);
  expect(await listener.closed).toMatchObject({ code: 4403 });
  const refused = await souk.graphql('{ viewer { id } }', {}, bo.token);
  expect(refused.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  await expect(souk.subscribe(ROOM, { roomId }, bo.token)).rejects.toMatchObject({ code: 4403 });
  expect(await souk.ask('{ viewer { user { username } } }', {}, ada.token)).toEqual({
    viewer: { user: { username: 'ada' } },
  });
});
