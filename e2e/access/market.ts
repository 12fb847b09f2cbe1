import { randomUUID } from 'node:crypto';
import { newId, pairId } from '@souk/runtime/domain';
import { sql, until } from '@souk/testkit';
import type { RunningSouk } from '../running-souk.ts';
import { doneBy, readAs } from './ask-as.ts';
import { type People, registerPeople, signIn } from './callers.ts';
import { openHerbs } from './open-herbs.ts';

/** What rows name by `$word`: ids of things that are there, and secrets. */
export type Words = Record<string, string>;

export interface Market {
  readonly people: People;
  readonly words: Words;
}

const quote = (text: string) => JSON.stringify(text);
const ADDRESS =
  '{ name: "Olga", line1: "Main St 1", city: "Lund", postalCode: "22100", country: "SE" }';

/**
 * One thing of every kind: the owner buys, talks and leads a group and a room; member and suspended are in
 * both with them; seller sold what the owner bought. Whoever is suspended is so from the end of this on.
 */
export async function openMarket(souk: RunningSouk): Promise<Market> {
  const people = await registerPeople(souk);
  const shop = await openShop(souk, people);
  const words: Words = {
    ...Object.fromEntries(Object.entries(people).map(([name, { id }]) => [`${name}Id`, id])),
    ...shop,
    ...(await buy(souk, people, shop)),
    ...(await gather(souk, people)),
    ...(await ownThings(souk, people)),
    ...(await whatStaffSee(souk, people)),
  };
  await doneBy(souk)(
    people.admin.token,
    'suspendUser',
    `userId: "${people.suspended.id}", reason: "Spam"`,
    'user { id }',
  );
  people.suspended = await signIn(souk, 'suspended');
  return { people, words };
}

async function openShop(souk: RunningSouk, { seller, admin, member }: People) {
  const done = doneBy(souk);
  const opened = await done(
    seller.token,
    'createSeller',
    `input: { handle: "kettles", displayName: "Kettles", description: "All kettles", idempotencyKey: "${randomUUID()}",
      trader: { legalName: "Kettles AB", country: "SE" } }`,
    'seller { id desk { id } }',
  );
  const [sellerId, desk] = [opened.seller.id, opened.seller.desk.id];
  await done(
    admin.token,
    'setSellerStatus',
    `sellerId: "${sellerId}", status: ACTIVE`,
    'seller { id }',
  );
  const { category } = await done(
    admin.token,
    'createCategory',
    'input: { name: "Kettles", slug: "kettles" }',
    'category { id }',
  );
  const child = await done(
    admin.token,
    'createCategory',
    `input: { name: "Blue kettles", parentId: "${category.id}" }`,
    'category { id }',
  );
  const product = async (title: string, status: string) => {
    const made = await done(
      seller.token,
      'createProduct',
      `input: { sellerId: "${sellerId}", title: "${title}", status: ${status}, categoryIds: ["${child.category.id}"],
        description: "For tea.", options: [{ name: "size", values: ["L"] }], variants: [{ sku: "${title}",
        price: { minorUnits: 1000, currency: "EUR" }, compareAtPrice: { minorUnits: 1100, currency: "EUR" },
        openingStock: 50, weightGrams: 900, selectedOptions: [{ name: "size", value: "L" }] }] }`,
      'product { id slug defaultVariant { id } }',
    );
    return made.product as { id: string; slug: string; defaultVariant: { id: string } };
  };
  const [active, draft] = [await product('Kettle', 'ACTIVE'), await product('Draft', 'DRAFT')];
  await done(
    seller.token,
    'setSellerMember',
    `sellerId: "${sellerId}", userId: "${member.id}", role: STAFF`,
    'member { id }',
  );
  return {
    shop: sellerId,
    desk,
    sellerMember: pairId('smb', sellerId, seller.id),
    category: category.id,
    childCategory: child.category.id as string,
    product: active.id,
    variant: active.defaultVariant.id,
    slug: active.slug,
    draft: draft.id,
    draftVariant: draft.defaultVariant.id,
  };
}

/** An order of three kettles: paid, one delivered and given back, two on their way. */
async function buy(souk: RunningSouk, { owner, seller, victim }: People, shop: Words) {
  const done = doneBy(souk);
  const key = () => `idempotencyKey: "${randomUUID()}"`;
  const ordered = () =>
    until(async () => {
      const { data } = await souk.graphql(
        `mutation { buyNow(input: { lines: [{ variantId: "${shop.variant}", quantity: 3 }],
           shippingAddress: ${ADDRESS}, note: "Ring twice", ${key()} }) { order { id number } } }`,
        {},
        owner.token,
      );
      return data.buyNow.order as { id: string; number: string } | null;
    });
  const order = await ordered();
  const unpaid = await ordered();
  const seen = () =>
    readAs(
      souk,
      owner.token,
      `{ order(id: "${order.id}") { status paymentStatus payments { id } timeline { edges { node { id } } }
         lines { id viewerCanReview } sellerOrders { id number status lines { id } shipments { id } refunds { id } returns { id } } } }`,
    ).then((data) => data.order);
  await until(async () => (await seen()).status === 'RESERVED');
  const pay = `input: { orderId: "${order.id}", paymentMethodCode: "test_card", ${key()} }`;
  const { payment } = await done(owner.token, 'payOrder', pay, 'payment { id }');
  const part = await until(async () => {
    const { sellerOrders } = await seen();
    return sellerOrders[0].status === 'OPEN' ? sellerOrders[0] : null;
  });
  const line = part.lines[0].id as string;
  const contents = `sellerOrderId: "${part.id}", lines: [{ lineId: "${line}", quantity: 1 }]`;
  const { shipment } = await done(
    seller.token,
    'fulfilOrder',
    `input: { ${contents}, carrier: "Post", trackingNumber: "1", trackingUrl: "https://example.org/1", ${key()} }`,
    'shipment { id }',
  );
  await done(
    seller.token,
    'updateShipment',
    `shipmentId: "${shipment.id}", progress: DELIVERED`,
    'shipment { id }',
  );
  const asked = await done(
    owner.token,
    'requestReturn',
    `input: { ${contents}, reason: DAMAGED, note: "Dented", ${key()} }`,
    'return { id }',
  );
  const returnId = asked.return.id as string;
  await done(
    seller.token,
    'decideReturn',
    `returnId: "${returnId}", decision: APPROVE, note: "Sorry"`,
    'return { id }',
  );
  await done(seller.token, 'receiveReturn', `returnId: "${returnId}", ${key()}`, 'return { id }');
  await until(async () => (await seen()).lines[0].viewerCanReview);
  const movement = await until(async () => {
    const query = `{ stockMovements(variantId: "${shop.variant}") { edges { node { id reason } } } }`;
    const { edges } = (await readAs(souk, seller.token, query)).stockMovements;
    const sale = edges.find(({ node }: { node: { reason: string } }) => node.reason === 'SALE');
    return sale?.node.id as string | undefined;
  });
  const { review } = await done(
    owner.token,
    'createReview',
    `input: { orderLineId: "${line}", rating: 4, title: "Sings", text: "Well." }`,
    'review { id }',
  );
  await done(
    victim.token,
    'reportReview',
    `reviewId: "${review.id}", reason: SPAM, note: "No"`,
    'review { id }',
  );
  await done(
    seller.token,
    'answerReview',
    `reviewId: "${review.id}", text: "Thanks"`,
    '__typename',
  );
  const { snapshot } = await done(
    owner.token,
    'shareOrder',
    `orderId: "${order.id}", withPrices: true`,
    'snapshot { id }',
  );
  const { cart } = await done(
    owner.token,
    'setCartLines',
    `lines: [{ variantId: "${shop.variant}", quantity: 1 }]`,
    'cart { id lines { id } }',
  );
  await done(
    owner.token,
    'updateCheckout',
    `input: { email: "olga@example.org", shippingAddress: ${ADDRESS}, billingAddress: ${ADDRESS}, note: "Ring" }`,
    '__typename',
  );
  const settled = await until(async () => {
    const now = await seen();
    return now.sellerOrders[0].refunds.length > 0 ? now : null;
  });
  const { seller: atDesk } = await readAs(
    souk,
    seller.token,
    `{ seller(id: "${shop.shop}") { desk { ledger { edges { node { id } } } } } }`,
  );
  const payout = newId('pot');
  await sql(
    { databaseUrl: souk.databaseUrls.orders },
    `INSERT INTO payout (id, number, seller_id, currency, status, amount_minor, period_start, period_end, created_at)
     VALUES ($1, 'P-1', $2, 'EUR', 'SCHEDULED', 1, now(), now(), now())`,
    [payout, shop.shop],
  );
  return {
    movement,
    order: order.id,
    orderNumber: order.number,
    unpaidOrder: unpaid.id,
    orderLine: line,
    sellerOrder: part.id as string,
    sellerOrderNumber: part.number as string,
    payment: payment.id as string,
    shipment: shipment.id as string,
    return: returnId,
    refund: settled.sellerOrders[0].refunds[0].id as string,
    timelineEntry: settled.timeline.edges[0].node.id as string,
    review: review.id as string,
    snapshot: snapshot.id as string,
    cart: cart.id as string,
    cartLine: cart.lines[0].id as string,
    ledgerEntry: atDesk.desk.ledger.edges[0].node.id as string,
    payout,
  };
}

/** A private group and a private room of the owner's, with all that can hang on them. */
async function gather(souk: RunningSouk, people: People) {
  const { owner, member, suspended, victim, moderator } = people;
  const next = new Date(Date.now() + 86_400_000).toISOString();
  const done = doneBy(souk);
  const { group } = await done(
    owner.token,
    'createGroup',
    'input: { name: "Tea", description: "About tea", visibility: PUBLIC, joinPolicy: OPEN }',
    'group { id slug }',
  );
  const groupId = `groupId: "${group.id}"`;
  for (const { token } of [member, suspended, victim]) {
    await done(token, 'joinGroup', groupId, '__typename');
  }
  await done(
    owner.token,
    'banFromGroup',
    `${groupId}, userId: "${victim.id}", reason: "Coffee", until: "${next}"`,
    '__typename',
  );
  await done(
    owner.token,
    'updateGroup',
    `input: { id: "${group.id}", visibility: PRIVATE, rules: "Tea only", seatLimit: 100 }`,
    'group { id }',
  );
  const herbs = await openHerbs(souk, people);
  const others = [member, suspended, victim].map(({ id }) => quote(id)).join();
  const { room } = await done(
    owner.token,
    'createRoom',
    `input: { kind: PRIVATE, name: "plans", participantIds: [${others}] }`,
    'room { id }',
  );
  const square = await done(
    owner.token,
    'createRoom',
    'input: { kind: PUBLIC, name: "square" }',
    'room { id }',
  );
  await done(
    owner.token,
    'updateRoom',
    `input: { id: "${room.id}", topic: "Tea", slowModeSeconds: null }`,
    'room { id }',
  );
  const say = async (token: string, text: string, more = '') => {
    const { message } = await done(
      token,
      'sendMessage',
      `input: { roomId: "${room.id}", clientMessageId: "${randomUUID()}", text: "${text}"${more} }`,
      'message { id }',
    );
    return message.id as string;
  };
  const message = await say(owner.token, 'Tea?');
  const reply = await say(member.token, '@the_owner Yes', `, threadOfId: "${message}"`);
  const edited = await say(owner.token, '@the_member at for', `, replyToId: "${message}"`);
  await done(
    owner.token,
    'editMessage',
    `input: { messageId: "${edited}", text: "@the_member at four" }`,
    'message { id }',
  );
  const of = (id: string) => `messageId: "${id}"`;
  await done(owner.token, 'setPinned', `${of(edited)}, on: true`, 'message { id }');
  await done(owner.token, 'setMessageSaved', `${of(edited)}, on: true`, 'message { id }');
  await done(owner.token, 'setReaction', `${of(edited)}, emoji: "👍", on: true`, 'message { id }');
  await done(owner.token, 'setDraft', `input: { roomId: "${room.id}", text: "And" }`, '__typename');
  await done(owner.token, 'setReminder', `${of(message)}, remindAt: "${next}"`, '__typename');
  const { scheduled } = await done(
    owner.token,
    'scheduleMessage',
    `input: { roomId: "${room.id}", clientMessageId: "${randomUUID()}", text: "Later", sendAt: "${next}" }`,
    'scheduled { id }',
  );
  const { report } = await done(
    member.token,
    'reportMessage',
    `${of(edited)}, reason: SPAM, note: "Hm"`,
    'report { id }',
  );
  const { report: decided } = await done(
    suspended.token,
    'reportMessage',
    `${of(reply)}, reason: OTHER`,
    'report { id }',
  );
  await done(
    moderator.token,
    'decideReport',
    `reportId: "${decided.id}", outcome: AUTHOR_WARNED, note: "Mind it"`,
    '__typename',
  );
  await done(
    member.token,
    'appealReport',
    `reportId: "${decided.id}", text: "It was tea"`,
    '__typename',
  );
  await done(
    owner.token,
    'banFromRoom',
    `roomId: "${room.id}", userId: "${victim.id}", reason: "Coffee", until: "${next}"`,
    '__typename',
  );
  await done(owner.token, 'setBlocked', `userId: "${victim.id}", on: true`, '__typename');
  const bans = await readAs(
    souk,
    owner.token,
    `{ group(id: "${group.id}") { members(filter: { roles: [MEMBER] }) { edges { node { id user { id } } } } bans { edges { node { id } } }
         auditLog { edges { node { id action } } } }
       room(id: "${room.id}") { bans { edges { node { id } } } } }`,
  );
  return {
    group: group.id as string,
    groupSlug: group.slug as string,
    groupMember: bans.group.members.edges[0].node.id as string,
    groupBan: bans.group.bans.edges[0].node.id as string,
    auditEntry: bans.group.auditLog.edges.find(
      ({ node }: { node: { action: string } }) => node.action === 'MEMBER_REMOVED',
    ).node.id as string,
    ...herbs,
    room: room.id as string,
    square: square.room.id as string,
    message,
    editedMessage: edited,
    thread: message.replace('msg_', 'thr_'),
    report: report.id as string,
    decidedReport: decided.id as string,
    scheduledMessage: scheduled.id as string,
    reminder: pairId('rmd', message, owner.id),
    roomBan: bans.room.bans.edges[0].node.id as string,
    participant: pairId('rpt', room.id, owner.id),
    roomState: pairId('rvs', room.id, owner.id),
    threadState: pairId('tvs', message.replace('msg_', 'thr_'), owner.id),
    block: pairId('blk', owner.id, victim.id),
  };
}

/** What hangs on the owner's account. */
async function ownThings(souk: RunningSouk, { owner }: People) {
  const done = doneBy(souk);
  const { address } = await done(
    owner.token,
    'createAddress',
    `input: { postal: ${ADDRESS} }`,
    'address { id }',
  );
  const keyOf = async (scope: string) => {
    const made = await done(
      owner.token,
      'createApiKey',
      `input: { name: "A program", scopes: [${scope}], idempotencyKey: "${randomUUID()}" }`,
      'apiKey { id } secret',
    );
    return made as { apiKey: { id: string }; secret: string };
  };
  const [profile, catalogue] = [await keyOf('PROFILE_READ'), await keyOf('CATALOG_READ')];
  await until(async () => {
    await readAs(souk, profile.secret, '{ viewer { email } }');
    const { viewer } = await readAs(
      souk,
      owner.token,
      '{ viewer { apiKeys { edges { node { lastUsedAt } } } } }',
    );
    type Edge = { node: { lastUsedAt: string | null } };
    return viewer.apiKeys.edges.some(({ node }: Edge) => node.lastUsedAt !== null);
  });
  const upload = await done(
    owner.token,
    'createUpload',
    'input: { fileName: "me.png", contentType: "image/png", byteSize: 70, purpose: AVATAR, altText: "Me" }',
    'ticket { uploadUrl media { id } }',
  );
  const { uploadUrl, media } = upload.ticket;
  const sent = await fetch(uploadUrl, {
    method: 'PUT',
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array(Buffer.from(PIXEL, 'base64')),
  });
  if (sent.status !== 204) throw new Error(`The upload was answered ${sent.status}.`);
  await done(owner.token, 'completeUpload', `mediaId: "${media.id}"`, 'media { id }');
  await done(
    owner.token,
    'updateProfile',
    `input: { avatarMediaId: "${media.id}", bio: "Likes tea", locale: "sv", timeZone: "Europe/Stockholm" }`,
    'user { id }',
  );
  await done(owner.token, 'requestEmailChange', 'newEmail: "olga2@example.org"', '__typename');
  const users = { databaseUrl: souk.databaseUrls.users };
  const [passkey, identity] = [newId('pky'), newId('lid')];
  await sql(
    users,
    `INSERT INTO passkey (id, account_id, name, credential_id, public_key, counter, transports, backed_up, created_at)
     VALUES ($1, $2, 'Phone', 'c', '', 0, '{}', false, now())`,
    [passkey, owner.id],
  );
  await sql(
    users,
    `INSERT INTO linked_identity (id, account_id, provider, subject, display_name, linked_at)
     VALUES ($1, $2, 'none', 's', 'Olga', now())`,
    [identity, owner.id],
  );
  const own = await until(async () => {
    const { viewer } = await readAs(
      souk,
      owner.token,
      '{ viewer { id sessions { edges { node { id } } } notifications { edges { node { id kind } } } } }',
    );
    return viewer.notifications.edges.length > 0 ? viewer : null;
  });
  return {
    viewer: own.id as string,
    session: own.sessions.edges[0].node.id as string,
    notification: own.notifications.edges[0].node.id as string,
    address: address.id as string,
    apiKey: profile.apiKey.id,
    keyPROFILE_READ: profile.secret,
    keyCATALOG_READ: catalogue.secret,
    media: media.id as string,
    passkey,
    identity,
  };
}

async function whatStaffSee(souk: RunningSouk, { support }: People) {
  const mail = await until(async () => {
    const { emailOutbox } = await readAs(
      souk,
      support.token,
      '{ emailOutbox { edges { node { id } } } }',
    );
    return emailOutbox.edges[0]?.node;
  });
  return { mail: mail.id as string };
}

/** A PNG of one pixel, 70 bytes. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
