import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { SUBGRAPHS } from '@souk/runtime/events';
import { type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, type RunningSouk, startSouk } from './running-souk.ts';
import { openSmallMarket, type SmallMarket } from './small-market.ts';

// Whoever may not see a thing must not learn that it exists: a mutation that is given its id answers,
// to the letter, as for an id of nothing. The walk below finds every place of the graph's mutations
// where an id goes in; one that is not in the table fails it.

let souk: RunningSouk;
let market: SmallMarket;
const hidden: Record<string, string> = {};
beforeAll(async () => {
  souk = await startSouk();
  market = await openSmallMarket(souk);
  await hide(market.ada);
});
afterAll(() => souk?.[Symbol.asyncDispose]());

/** What Ada has that Mallory may not see. */
async function hide({ token }: Person) {
  const data = await souk.ask(
    `mutation ($product: CreateProductInput!) {
       createProduct(input: $product) { product { id defaultVariant { id } } }
       createGroup(input: { name: "Hidden turners", visibility: PRIVATE }) { group { id } }
       setCartLines(lines: []) { cart { id } }
     }`,
    {
      product: {
        title: 'Draft bowl',
        status: 'DRAFT',
        variants: [{ sku: 'DRAFT', price: { minorUnits: 1, currency: 'EUR' } }],
      },
    },
    token,
  );
  const { product } = data.createProduct;
  Object.assign(hidden, {
    prd: product.id,
    var: product.defaultVariant.id,
    crt: data.setCartLines.cart.id,
    grp: data.createGroup.group.id,
    room: market.privateRoomId,
    ...(await hiddenOrder(token)),
    msg: market.messageId,
    thr: market.messageId.replace('msg_', 'thr_'),
    ord: market.orderId,
    ntf: market.notificationId,
  });
}

/** A payment and a seller's part that only those who deal with them may see. */
async function hiddenOrder(token: string): Promise<{ pay: string; sor: string }> {
  const data = await souk.ask(
    `mutation ($input: BuyNowInput!) { buyNow(input: $input) { order { id } } }`,
    { input: { ...market.orderInput, idempotencyKey: randomUUID() } },
    token,
  );
  const orderId = data.buyNow.order.id;
  const paid = await souk.ask(
    `mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } order { sellerOrders { id } } } }`,
    { input: { orderId, paymentMethodCode: 'test_card', idempotencyKey: randomUUID() } },
    token,
  );
  const { payment, order } = paid.payOrder;
  return { pay: payment.id, sor: order.sellerOrders[0].id };
}

interface Place {
  /** What the id is of, by its prefix; null where everybody may see what it names. */
  of: keyof typeof PREFIXES | null;
  why?: string;
  /** The other arguments of the field, in GraphQL, with the id as `$id`. */
  call?: string;
}
const PREFIXES = {
  crt: 1,
  pay: 1,
  sor: 1,
  prd: 1,
  var: 1,
  grp: 1,
  room: 1,
  msg: 1,
  thr: 1,
  ord: 1,
  ntf: 1,
};

const anybody = (why: string): Place => ({ of: null, why });
const ADDRESS =
  '{ name: "M", line1: "Main St 1", city: "Lund", postalCode: "22100", country: "SE" }';

const PROGRAMS = 'only in test/webhooks.test.ts of notifications has anybody a program';
const CHALLENGE = anybody('a secret of who asked, and the same answer whatever is wrong with it');

const PLACES: Record<string, Place> = {
  'completeOidcSignIn.input.ceremonyId': CHALLENGE,
  'linkIdentity.input.ceremonyId': CHALLENGE,
  'unlinkIdentity.linkedIdentityId': anybody('only one’s own are looked for'),
  'completeSignIn.input.challengeId': CHALLENGE,
  'reauthenticate.proof.passkey.ceremonyId': CHALLENGE,
  'registerPasskey.input.ceremonyId': CHALLENGE,
  'signInWithPasskey.input.ceremonyId': CHALLENGE,
  'renamePasskey.passkeyId': anybody('only one’s own are looked for'),
  'removePasskey.passkeyId': anybody('only one’s own are looked for'),
  'confirmEmailChange.input.currentAddress.challengeId': CHALLENGE,
  'confirmEmailChange.input.newAddress.challengeId': CHALLENGE,
  'confirmGuestAccess.challengeId': CHALLENGE,
  'confirmRegistration.input.challengeId': CHALLENGE,
  'reauthenticate.proof.emailCode.challengeId': CHALLENGE,
  'resetPassword.input.challengeId': CHALLENGE,
  'signInWithCode.input.challengeId': CHALLENGE,
  'verifyEmail.input.challengeId': CHALLENGE,
  'revokeApiKey.apiKeyId': anybody('only one’s own are looked for'),
  'revokeSession.sessionId': anybody('only one’s own are looked for'),
  'updateAddress.addressId': anybody('only one’s own are looked for'),
  'deleteAddress.addressId': anybody('only one’s own are looked for'),
  'updateProfile.input.avatarMediaId': anybody('only one’s own are looked for'),
  'deleteMedia.mediaId': anybody('only one’s own are looked for'),
  'completeUpload.mediaId': anybody('only one’s own are looked for'),
  'suspendUser.userId': anybody('accounts are public, and this is for staff'),
  'unsuspendUser.userId': anybody('accounts are public, and this is for staff'),
  'setUserRoles.userId': anybody('accounts are public, and this is for staff'),
  'createProduct.input.sellerId': anybody('products’ own test has a seller that was not let in'),
  'updateSeller.input.id': anybody('products’ own test has a seller that was not let in'),
  'importProducts.sellerId': anybody('sellers are public'),
  'importProducts.mediaId': anybody('only one’s own files are looked for'),
  'createProduct.input.mediaIds': anybody('only one’s own files are looked for'),
  'updateProduct.input.mediaIds': anybody('only one’s own files are looked for'),
  'updateVariant.input.mediaIds': anybody('only one’s own files are looked for'),
  'createSeller.input.logoMediaId': anybody('only one’s own files are looked for'),
  'updateSeller.input.logoMediaId': anybody('only one’s own files are looked for'),
  'createReview.input.mediaIds': anybody('only one’s own files are looked for'),
  'updateReview.input.mediaIds': anybody('only one’s own files are looked for'),
  'setSellerMember.sellerId': anybody('products’ own test has a seller that was not let in'),
  'setSellerMember.userId': anybody('accounts are public'),
  'acceptSellerMembership.sellerId': anybody('only what one is asked to join is looked for'),
  'removeSellerMember.sellerId': anybody('products’ own test has a seller that was not let in'),
  'removeSellerMember.userId': anybody('accounts are public'),
  'setSellerStatus.sellerId': anybody('this is for staff'),
  'setCommission.sellerId': anybody('this is for staff'),
  'setCommission.categoryId': anybody('this is for staff'),
  'createProduct.input.categoryIds': anybody('categories are public'),
  'updateProduct.input.id': { of: 'prd', call: 'input: { id: $id, title: "Mine" }' },
  'updateProduct.input.categoryIds': anybody('categories are public'),
  'archiveProduct.productId': { of: 'prd', call: 'productId: $id' },
  'deleteProduct.productId': { of: 'prd', call: 'productId: $id' },
  'deleteVariant.variantId': { of: 'var', call: 'variantId: $id' },
  'deleteCategory.categoryId': anybody('categories are public, and this is for staff'),
  'createReview.input.orderLineId': anybody('only what one has bought is looked for'),
  'updateReview.input.id': anybody('products’ own test has a review that was hidden'),
  'deleteReview.reviewId': anybody('products’ own test has a review that was hidden'),
  'answerReview.reviewId': anybody('products’ own test has a review that was hidden'),
  'reportReview.reviewId': anybody('products’ own test has a review that was hidden'),
  'setReviewHidden.reviewId': anybody('this is for staff'),
  'createVariant.input.productId': {
    of: 'prd',
    call: 'input: { productId: $id, variant: { sku: "MINE", price: { minorUnits: 5, currency: "EUR" } } }',
  },
  'updateVariant.input.id': { of: 'var', call: 'input: { id: $id, weightGrams: 5 }' },
  'adjustInventory.input.variantId': {
    of: 'var',
    call: 'input: { variantId: $id, delta: 1, reason: ADJUSTMENT, idempotencyKey: $key }',
  },
  'createCategory.input.parentId': anybody('categories are public, and this is for staff'),
  'updateCategory.input.id': anybody('categories are public, and this is for staff'),
  'updateCategory.input.parentId': anybody('categories are public, and this is for staff'),
  'createCart.lines.variantId': {
    of: 'var',
    call: 'lines: [{ variantId: $id }], idempotencyKey: $key',
  },
  'setCartLines.cartId': { of: 'crt', call: 'cartId: $id, lines: []' },
  'setCartLines.lines.variantId': { of: 'var', call: 'lines: [{ variantId: $id }]' },
  'clearCart.cartId': { of: 'crt', call: 'cartId: $id' },
  'mergeCart.guestCartId': { of: 'crt', call: 'guestCartId: $id' },
  'updateCheckout.input.cartId': { of: 'crt', call: 'input: { cartId: $id, note: "Mine" }' },
  'confirmCartPrices.cartId': { of: 'crt', call: 'cartId: $id, cartVersion: 1' },
  'placeOrder.input.cartId': {
    of: 'crt',
    call: 'input: { cartId: $id, cartVersion: 1, expectedTotal: { minorUnits: 1, currency: "EUR" }, paymentMethodCode: "test_card", idempotencyKey: $key }',
  },
  'payOrder.input.orderId': {
    of: 'ord',
    call: 'input: { orderId: $id, paymentMethodCode: "test_card", idempotencyKey: $key }',
  },
  'completePayment.paymentId': { of: 'pay', call: 'paymentId: $id' },
  'fulfilOrder.input.sellerOrderId': {
    of: 'sor',
    call: `input: { sellerOrderId: $id, lines: [{ lineId: "${newId('oln')}", quantity: 1 }], idempotencyKey: $key }`,
  },
  'fulfilOrder.input.lines.lineId': anybody('only lines of the part are looked for'),
  'updateShipment.shipmentId': anybody('orders’ own test has a parcel that somebody may not see'),
  'refundOrder.input.sellerOrderId': {
    of: 'sor',
    call: 'input: { sellerOrderId: $id, amount: { minorUnits: 1, currency: "EUR" }, idempotencyKey: $key }',
  },
  'refundOrder.input.lines.lineId': anybody('only lines of the part are looked for'),
  'requestReturn.input.sellerOrderId': {
    of: 'sor',
    call: `input: { sellerOrderId: $id, lines: [{ lineId: "${newId('oln')}", quantity: 1 }], reason: OTHER, idempotencyKey: $key }`,
  },
  'requestReturn.input.lines.lineId': anybody('only lines of the part are looked for'),
  'decideReturn.returnId': anybody('orders’ own test has a return that somebody may not see'),
  'receiveReturn.returnId': anybody('orders’ own test has a return that somebody may not see'),
  'cancelReturn.returnId': anybody('orders’ own test has a return that somebody may not see'),
  'shareOrder.orderId': { of: 'ord', call: 'orderId: $id' },
  'revokeOrderSnapshot.orderSnapshotId': anybody('orders’ own test has one of somebody else'),
  'buyNow.input.lines.variantId': {
    of: 'var',
    call: `input: { lines: [{ variantId: $id }], shippingAddress: ${ADDRESS}, idempotencyKey: $key }`,
  },
  'cancelOrder.orderId': { of: 'ord', call: 'orderId: $id' },
  'updateGroup.input.id': { of: 'grp', call: 'input: { id: $id, name: "Mine" }' },
  'createGroup.input.avatarMediaId': anybody('only one’s own files are looked for'),
  'updateGroup.input.avatarMediaId': anybody('only one’s own files are looked for'),
  'createGroup.input.inviteUserIds': anybody('accounts are public'),
  'inviteToGroup.input.groupId': {
    of: 'grp',
    call: 'input: { groupId: $id, userIds: [$me], idempotencyKey: $key }',
  },
  'inviteToGroup.input.userIds': anybody('accounts are public'),
  'answerInvite.groupInviteId': anybody('groups’ own test has an invitation of somebody else'),
  'revokeInvite.groupInviteId': anybody('groups’ own test has an invitation of somebody else'),
  'joinGroup.groupId': { of: 'grp', call: 'groupId: $id' },
  'leaveGroup.groupId': { of: 'grp', call: 'groupId: $id' },
  'setMemberRole.groupId': { of: 'grp', call: 'groupId: $id, userId: $me, role: ADMIN' },
  'setMemberRole.userId': anybody('accounts are public'),
  'removeMember.groupId': { of: 'grp', call: 'groupId: $id, userId: $me' },
  'removeMember.userId': anybody('accounts are public'),
  'banFromGroup.groupId': { of: 'grp', call: 'groupId: $id, userId: $me' },
  'banFromGroup.userId': anybody('accounts are public'),
  'muteMember.groupId': { of: 'grp', call: 'groupId: $id, userId: $me' },
  'muteMember.userId': anybody('accounts are public'),
  'unmuteMember.groupId': { of: 'grp', call: 'groupId: $id, userId: $me' },
  'unmuteMember.userId': anybody('accounts are public'),
  'archiveGroup.groupId': { of: 'grp', call: 'groupId: $id' },
  'transferGroup.groupId': { of: 'grp', call: 'groupId: $id, toUserId: $me' },
  'transferGroup.toUserId': anybody('accounts are public'),
  'requestToJoin.groupId': { of: 'grp', call: 'groupId: $id' },
  'withdrawJoinRequest.joinRequestId': anybody('groups’ own test has a request of somebody else'),
  'decideJoinRequest.joinRequestId': anybody(
    'groups’ own test has a request that somebody may not see',
  ),
  'unbanFromGroup.groupBanId': anybody('groups’ own test has a ban that somebody may not see'),
  'createRoom.input.groupId': {
    of: 'grp',
    call: 'input: { kind: GROUP, name: "mine", groupId: $id }',
  },
  'createRoom.input.participantIds': anybody('accounts are public'),
  'openDirectRoom.userIds': anybody('accounts are public'),
  'answerRoomRequest.roomId': { of: 'room', call: 'roomId: $id, answer: ACCEPT' },
  'joinRoom.roomId': { of: 'room', call: 'roomId: $id' },
  'openDiscussion.entityId': { of: 'prd', call: 'entityId: $id' },
  'openSupportRoom.orderId': { of: 'ord', call: 'orderId: $id' },
  'openSupportRoom.sellerOrderId': { of: 'sor', call: 'sellerOrderId: $id' },
  'openSupportRoom.sellerId': anybody(
    'sellers are public; of one that was never let in, chat’s own test asks',
  ),
  'setSupportTaken.roomId': { of: 'room', call: 'roomId: $id, on: true' },
  'setSupportResolved.roomId': { of: 'room', call: 'roomId: $id, on: true' },
  'leaveRoom.roomId': { of: 'room', call: 'roomId: $id' },
  'addParticipants.roomId': { of: 'room', call: 'roomId: $id, userIds: [$me]' },
  'addParticipants.userIds': anybody('accounts are public'),
  'removeParticipant.roomId': { of: 'room', call: 'roomId: $id, userId: $me' },
  'removeParticipant.userId': anybody('accounts are public'),
  'setBlocked.userId': anybody('accounts are public'),
  'reportMessage.messageId': { of: 'msg', call: 'messageId: $id, reason: SPAM' },
  'decideReport.reportId': anybody('chat’s own test has a report that somebody may not see'),
  'appealReport.reportId': anybody('chat’s own test has a report that somebody may not see'),
  'scheduleMessage.input.roomId': {
    of: 'room',
    call: 'input: { roomId: $id, clientMessageId: $key, text: "Psst", sendAt: "2100-01-01T00:00:00Z" }',
  },
  'scheduleMessage.input.threadOfId': {
    of: 'msg',
    call: 'input: { roomId: $room, clientMessageId: $key, text: "Psst", threadOfId: $id, sendAt: "2100-01-01T00:00:00Z" }',
  },
  'updateScheduledMessage.scheduledMessageId': anybody('only one’s own are looked for'),
  'cancelScheduledMessage.scheduledMessageId': anybody('only one’s own are looked for'),
  'setReminder.messageId': { of: 'msg', call: 'messageId: $id, remindAt: null' },
  'updateRoom.input.id': { of: 'room', call: 'input: { id: $id, name: "Mine" }' },
  'updateRoom.input.avatarMediaId': anybody('only one’s own files are looked for'),
  'archiveRoom.roomId': { of: 'room', call: 'roomId: $id' },
  'banFromRoom.roomId': { of: 'room', call: 'roomId: $id, userId: $me' },
  'banFromRoom.userId': anybody('accounts are public'),
  'setRoomPreferences.input.roomId': { of: 'room', call: 'input: { roomId: $id, starred: true }' },
  'setDraft.input.roomId': { of: 'room', call: 'input: { roomId: $id, text: "Psst" }' },
  'setDraft.input.threadId': {
    of: 'thr',
    call: 'input: { roomId: $room, threadId: $id, text: "Psst" }',
  },
  'setDraft.input.replyToId': {
    of: 'msg',
    call: 'input: { roomId: $room, replyToId: $id, text: "Psst" }',
  },
  'markRoomDelivered.roomId': { of: 'room', call: 'roomId: $id, upToSequence: 1' },
  'sendMessage.input.attachmentMediaIds': anybody(
    'chat’s own test attaches files of somebody else',
  ),
  'sendMessage.input.embedEntityIds': anybody(
    'chat takes any id, and its owner is asked who may see it',
  ),
  'markRoomUnread.roomId': { of: 'room', call: 'roomId: $id, fromSequence: 1' },
  'unbanFromRoom.roomBanId': anybody('chat’s own test has a ban that somebody may not see'),
  'sendMessage.input.roomId': {
    of: 'room',
    call: 'input: { roomId: $id, clientMessageId: $key, text: "Psst" }',
  },
  'sendMessage.input.replyToId': {
    of: 'msg',
    call: 'input: { roomId: $room, clientMessageId: $key, text: "Psst", replyToId: $id }',
  },
  'sendMessage.input.threadOfId': {
    of: 'msg',
    call: 'input: { roomId: $room, clientMessageId: $key, text: "Psst", threadOfId: $id }',
  },
  'markThreadRead.threadId': { of: 'thr', call: 'threadId: $id, upToSequence: 1' },
  'setThreadFollowing.threadId': { of: 'thr', call: 'threadId: $id, on: true' },
  'setTyping.threadId': { of: 'thr', call: 'roomId: $room, threadId: $id, on: true' },
  'appendToMessage.input.messageId': {
    of: 'msg',
    call: 'input: { messageId: $id, expectedRevision: 1, text: "Psst" }',
  },
  'editMessage.input.messageId': { of: 'msg', call: 'input: { messageId: $id, text: "Psst" }' },
  'deleteMessage.messageId': { of: 'msg', call: 'messageId: $id' },
  'forwardMessage.messageId': {
    of: 'msg',
    call: 'messageId: $id, roomId: $room, clientMessageId: $key',
  },
  'forwardMessage.roomId': {
    of: 'room',
    call: 'roomId: $id, messageId: "none", clientMessageId: $key',
  },
  'setReaction.messageId': { of: 'msg', call: 'messageId: $id, emoji: "👍", on: true' },
  'setPinned.messageId': { of: 'msg', call: 'messageId: $id, on: true' },
  'setMessageSaved.messageId': { of: 'msg', call: 'messageId: $id, on: true' },
  'markRoomRead.roomId': { of: 'room', call: 'roomId: $id, upToSequence: 1' },
  'setTyping.roomId': { of: 'room', call: 'roomId: $id, on: true' },
  'reportActivity.roomId': { of: 'room', call: 'roomId: $id, active: true' },
  'markNotificationsRead.notificationIds': { of: 'ntf', call: 'notificationIds: [$id]' },
  'markNotificationsUnread.notificationIds': { of: 'ntf', call: 'notificationIds: [$id]' },
  'archiveNotifications.notificationIds': { of: 'ntf', call: 'notificationIds: [$id]' },
  'snoozeNotification.notificationId': { of: 'ntf', call: 'notificationId: $id' },
  'watch.input.entityId': { of: 'prd', call: 'input: { entityId: $id, events: [PRICE_DROP] }' },
  'unwatch.entityId': anybody('it ends what one has said oneself, of what there is or is not'),
  'createWebhookEndpoint.input.sellerId': anybody('every seller is shown to everybody'),
  'updateWebhookEndpoint.webhookEndpointId': anybody(PROGRAMS),
  'updateWebhookEndpoint.input.sellerId': anybody(PROGRAMS),
  'rotateWebhookSecret.webhookEndpointId': anybody(PROGRAMS),
  'deleteWebhookEndpoint.webhookEndpointId': anybody(PROGRAMS),
  'replayWebhooks.webhookEndpointId': anybody(PROGRAMS),
  'removeDevice.deviceId': anybody(
    'only in test/push.test.ts of notifications has anybody a device',
  ),
  'retryEmail.emailMessageId': anybody('for staff alone, who see every mail'),
  'dismissNotification.notificationId': { of: 'ntf', call: 'notificationId: $id' },
};

/** Every place where an id goes into a mutation of any subgraph. */
const placesOfGraph = (): string[] =>
  SUBGRAPHS.flatMap((name) =>
    Object.values(souk.subgraphs[name].schema.getMutationType()?.getFields() ?? {}).flatMap(
      (field) => field.args.flatMap((arg) => idsIn(arg.type, `${field.name}.${arg.name}`)),
    ),
  );

function idsIn(type: GraphQLInputType, path: string): string[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    return Object.values(named.getFields()).flatMap((field) =>
      idsIn(field.type, `${path}.${field.name}`),
    );
  }
  return named.name === 'ID' ? [path] : [];
}

test('every place where an id goes in is in the table', () => {
  expect(placesOfGraph().sort()).toEqual(Object.keys(PLACES).sort());
});

// At once, as many wait a while for what may have come just now, and no answer depends on another.
describe.concurrent('the id of a hidden thing is answered like an unknown id', () => {
  const walked = Object.entries(PLACES).filter(([, { of }]) => of !== null);

  test.each(walked)('%s', async (path, { of, call }) => {
    const field = path.split('.')[0] as string;
    const types = { id: 'ID!', key: 'UUID!', me: 'ID!', room: 'ID!', cursor: 'EventCursor!' };
    const used = Object.entries(types).filter(([name]) => call?.includes(`$${name}`));
    const document = `mutation (${used.map(([name, type]) => `$${name}: ${type}`).join(', ')}) {
      ${field}(${call}) { __typename errors { __typename ... on UserError { code message path } } } }`;
    const room = await ownRoom();
    const answerTo = async (id: string) => {
      const all = {
        id,
        key: randomUUID(),
        me: market.mallory.id,
        room: room.id,
        cursor: room.head,
      };
      const variables = Object.fromEntries(used.map(([name]) => [name, all[name as 'id']]));
      const { status, data, errors } = await souk.graphql(
        document,
        variables,
        market.mallory.token,
      );
      return JSON.stringify({ status, data, errors }).replaceAll(id, '<id>');
    };
    const prefix = of as 'prd';
    const forHidden = await answerTo(hidden[prefix] as string);
    // Two refusals for asking too often would be equal, too, and say nothing.
    expect(forHidden).not.toContain('RATE_LIMITED');
    expect(forHidden).toBe(await answerTo(newId(prefix)));
  });
});

let own: Promise<{ id: string; head: string }> | undefined;
function ownRoom() {
  own ??= souk
    .graphql(
      `mutation { createRoom(input: { kind: PRIVATE, name: "alone" }) { room { id head } } }`,
      {},
      market.mallory.token,
    )
    .then(({ data }) => data.createRoom.room);
  return own;
}
