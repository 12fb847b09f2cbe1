import { randomUUID } from 'node:crypto';
import { SUBGRAPHS } from '@souk/runtime/events';
import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  print,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSouk, startSouk } from './running-souk.ts';
import { openSmallMarket, type SmallMarket } from './small-market.ts';

// A form with several mistakes is told all of them, unknown ids among them: whoever mends what was
// told is not refused for what could have been told as well. The walk below finds every mutation in
// which an id is beside something else that can be wrong; one that is in neither table fails it.

let souk: RunningSouk;
let market: SmallMarket;
beforeAll(async () => {
  souk = await startSouk();
  market = await openSmallMarket(souk);
});
afterAll(() => souk?.[Symbol.asyncDispose]());

const nothing = (prefix: string, last = 's') => `${prefix}_0123456789abcdefghjkmnpqr${last}`;
const TURNED = 'a\u202eb';
const ADDRESS = { name: 'M', line1: 'Main St 1', city: 'Lund', postalCode: '22100', country: 'SE' };

/** The variables of a mutation, and the places it has to tell of. */
type Form = readonly [variables: object, paths: readonly string[]];

/** Of each mutation one form of which everything is wrong, and one of which only what is looked up is. */
const FORMS: Record<string, readonly Form[]> = {
  createProduct: [
    [
      {
        input: {
          title: TURNED,
          categoryIds: [nothing('cat'), nothing('cat', 't'), 'x'],
          variants: [{ sku: 'a b', price: { minorUnits: -1, currency: 'EUR' } }],
        },
      },
      [
        'input.title',
        ...[0, 1, 2].map((index) => `input.categoryIds.${index}`),
        ...['sku', 'price.minorUnits'].map((field) => `input.variants.0.${field}`),
      ],
    ],
    [
      {
        input: {
          title: 'Plate',
          categoryIds: [nothing('cat'), nothing('cat', 't')],
          variants: [{ sku: 'BOWL', price: { minorUnits: 1, currency: 'EUR' } }],
        },
      },
      ['input.categoryIds.0', 'input.categoryIds.1', 'input.variants.0.sku'],
    ],
  ],
  updateProduct: [
    [
      { input: { id: nothing('prd'), title: TURNED, categoryIds: [nothing('cat')] } },
      ['input.id', 'input.title', 'input.categoryIds.0'],
    ],
    [
      { input: { id: nothing('prd'), categoryIds: [nothing('cat'), nothing('cat', 't')] } },
      ['input.id', 'input.categoryIds.0', 'input.categoryIds.1'],
    ],
  ],
  createSeller: [
    [
      {
        input: {
          ...{ handle: 'No Handle', displayName: TURNED, logoMediaId: nothing('med') },
          ...{ trader: { legalName: 'Pots AB', country: 'SE' } },
          idempotencyKey: '6f2b7c1e-8f0a-4d6e-9a55-0c4b6f1f7d11',
        },
      },
      ['input.handle', 'input.displayName', 'input.logoMediaId'],
    ],
  ],
  updateSeller: [
    [
      {
        input: {
          ...{ id: nothing('sel'), displayName: TURNED, trader: null },
          logoMediaId: nothing('med'),
        },
      },
      ['input.id', 'input.displayName', 'input.trader', 'input.logoMediaId'],
    ],
  ],
  importProducts: [
    [
      {
        sellerId: nothing('sel'),
        mediaId: nothing('med'),
        idempotencyKey: '6f2b7c1e-8f0a-4d6e-9a55-0c4b6f1f7d10',
      },
      ['sellerId', 'mediaId'],
    ],
  ],
  setSellerMember: [
    [{ sellerId: nothing('sel'), userId: nothing('usr'), role: 'STAFF' }, ['sellerId', 'userId']],
  ],
  removeSellerMember: [
    [{ sellerId: nothing('sel'), userId: nothing('usr') }, ['sellerId', 'userId']],
  ],
  setSellerStatus: [
    [{ sellerId: nothing('sel'), status: 'ACTIVE', reason: TURNED }, ['sellerId', 'reason']],
  ],
  setCommission: [
    [
      { sellerId: nothing('sel'), categoryId: nothing('cat'), basisPoints: -1 },
      ['sellerId', 'categoryId', 'basisPoints'],
    ],
    [
      { sellerId: nothing('sel'), categoryId: nothing('cat'), basisPoints: 1 },
      ['sellerId', 'categoryId'],
    ],
  ],
  archiveProduct: [[{ productId: nothing('prd'), expectedVersion: 9 }, ['productId']]],
  deleteProduct: [[{ productId: nothing('prd'), expectedVersion: 9 }, ['productId']]],
  deleteVariant: [[{ variantId: nothing('var'), expectedVersion: 9 }, ['variantId']]],
  createReview: [
    [
      {
        input: {
          ...{ orderLineId: nothing('oln'), rating: 6, title: TURNED },
          mediaIds: [nothing('med')],
        },
      },
      ['input.orderLineId', 'input.rating', 'input.title', 'input.mediaIds.0'],
    ],
  ],
  updateReview: [
    [
      { input: { id: nothing('rev'), rating: 0, text: TURNED, mediaIds: [nothing('med')] } },
      ['input.id', 'input.rating', 'input.text', 'input.mediaIds.0'],
    ],
  ],
  answerReview: [[{ reviewId: nothing('rev'), text: TURNED }, ['reviewId', 'text']]],
  reportReview: [
    [{ reviewId: nothing('rev'), reason: 'SPAM', note: TURNED }, ['reviewId', 'note']],
  ],
  setReviewHidden: [
    [{ reviewId: nothing('rev'), on: true, reason: TURNED }, ['reviewId', 'reason']],
  ],
  createVariant: [
    [
      {
        input: {
          productId: nothing('prd'),
          variant: { sku: 'a b', title: TURNED, price: { minorUnits: -1, currency: 'no' } },
          idempotencyKey: 'no',
        },
      },
      [
        ...['productId', 'idempotencyKey', 'variant.sku', 'variant.title'],
        ...['variant.price.minorUnits', 'variant.price.currency'],
      ].map((field) => `input.${field}`),
    ],
  ],
  updateVariant: [
    [
      { input: { id: nothing('var'), title: TURNED, price: { minorUnits: -1, currency: 'no' } } },
      ['id', 'title', 'price.minorUnits', 'price.currency'].map((field) => `input.${field}`),
    ],
  ],
  adjustInventory: [
    [
      {
        input: {
          variantId: nothing('var'),
          delta: 0,
          reason: 'COUNTED',
          note: TURNED,
          idempotencyKey: 'no',
        },
      },
      ['variantId', 'delta', 'note', 'idempotencyKey'].map((field) => `input.${field}`),
    ],
  ],
  createCategory: [
    [
      {
        input: { parentId: nothing('cat'), slug: '!', name: TURNED, idempotencyKey: 'no' },
      },
      ['parentId', 'slug', 'name', 'idempotencyKey'].map((field) => `input.${field}`),
    ],
  ],
  updateCategory: [
    [
      { input: { id: nothing('cat'), parentId: nothing('cat', 't'), slug: '!', name: TURNED } },
      ['id', 'parentId', 'slug', 'name'].map((field) => `input.${field}`),
    ],
    [
      { input: { id: nothing('cat'), parentId: 'x', slug: 'bowls' } },
      ['input.id', 'input.parentId'],
    ],
  ],
  createCart: [
    [
      {
        lines: [
          { variantId: nothing('var'), quantity: 1 },
          { variantId: '$variantId', quantity: -1 },
          { variantId: nothing('var', 't'), quantity: 1_000 },
        ],
        currency: 'no',
        idempotencyKey: 'no',
      },
      [
        ...['0.variantId', '1.quantity', '2.variantId', '2.quantity'].map((at) => `lines.${at}`),
        ...['currency', 'idempotencyKey'],
      ],
    ],
  ],
  setCartLines: [
    [
      {
        cartId: nothing('crt'),
        lines: [{ variantId: 'x' }, { variantId: '$variantId', quantity: -1 }],
      },
      ['cartId', 'lines.0.variantId', 'lines.1.quantity'],
    ],
    [
      { cartId: nothing('crt'), lines: [{ variantId: nothing('var') }] },
      ['cartId', 'lines.0.variantId'],
    ],
  ],
  updateCheckout: [
    [
      {
        input: {
          cartId: nothing('crt'),
          email: 'no',
          shippingAddress: { ...ADDRESS, country: 'Sweden' },
          note: TURNED,
          discountCodes: ['a', 'b', 'c', 'd', 'e', 'f'],
        },
      },
      ['cartId', 'email', 'shippingAddress.country', 'note', 'discountCodes'].map(
        (at) => `input.${at}`,
      ),
    ],
  ],
  placeOrder: [
    [
      {
        input: {
          cartId: nothing('crt'),
          cartVersion: 1,
          expectedTotal: { minorUnits: 1, currency: 'no' },
          paymentMethodCode: 'x'.repeat(101),
          idempotencyKey: 'no',
        },
      },
      ['cartId', 'expectedTotal.currency', 'paymentMethodCode', 'idempotencyKey'].map(
        (at) => `input.${at}`,
      ),
    ],
  ],
  payOrder: [
    [
      {
        input: {
          orderId: nothing('ord'),
          paymentMethodCode: 'x'.repeat(101),
          idempotencyKey: 'no',
        },
      },
      ['orderId', 'paymentMethodCode', 'idempotencyKey'].map((at) => `input.${at}`),
    ],
  ],
  completePayment: [
    [{ paymentId: nothing('pay'), guestToken: 'x'.repeat(101) }, ['paymentId', 'guestToken']],
  ],
  fulfilOrder: [
    [
      {
        input: {
          sellerOrderId: nothing('sor'),
          lines: [{ lineId: 'x', quantity: 0 }],
          carrier: TURNED,
          trackingNumber: TURNED,
          idempotencyKey: 'no',
        },
      },
      [
        ...['sellerOrderId', 'lines.0.lineId', 'lines.0.quantity'],
        ...['carrier', 'trackingNumber', 'idempotencyKey'],
      ].map((at) => `input.${at}`),
    ],
  ],
  updateShipment: [
    [{ shipmentId: nothing('shp'), trackingNumber: TURNED }, ['shipmentId', 'trackingNumber']],
  ],
  refundOrder: [
    [
      {
        input: {
          sellerOrderId: nothing('sor'),
          lines: [{ lineId: 'x', quantity: 1_000 }],
          amount: { minorUnits: 0, currency: 'no' },
          reason: TURNED,
          idempotencyKey: 'no',
        },
      },
      [
        ...['sellerOrderId', 'lines.0.lineId', 'lines.0.quantity', 'amount.minorUnits'],
        ...['amount.currency', 'reason', 'idempotencyKey'],
      ].map((at) => `input.${at}`),
    ],
  ],
  requestReturn: [
    [
      {
        input: {
          sellerOrderId: nothing('sor'),
          guestToken: 'x'.repeat(101),
          lines: [{ lineId: 'x', quantity: 0 }],
          reason: 'OTHER',
          note: TURNED,
          idempotencyKey: 'no',
        },
      },
      [
        ...['sellerOrderId', 'guestToken', 'lines.0.lineId', 'lines.0.quantity'],
        ...['note', 'idempotencyKey'],
      ].map((at) => `input.${at}`),
    ],
  ],
  decideReturn: [
    [{ returnId: nothing('ret'), decision: 'APPROVE', note: TURNED }, ['returnId', 'note']],
  ],
  receiveReturn: [
    [
      { returnId: nothing('ret'), note: TURNED, restock: true, idempotencyKey: 'no' },
      ['returnId', 'note', 'idempotencyKey'],
    ],
  ],
  cancelReturn: [
    [{ returnId: nothing('ret'), guestToken: 'x'.repeat(101) }, ['returnId', 'guestToken']],
  ],
  buyNow: [
    [
      {
        input: {
          lines: [
            { variantId: nothing('var'), quantity: 1 },
            { variantId: '$variantId', quantity: 0 },
            { variantId: nothing('var', 't'), quantity: 1_000 },
          ],
          shippingAddress: { ...ADDRESS, country: 'Sweden', city: TURNED },
          note: TURNED,
          idempotencyKey: 'no',
        },
      },
      [
        ...['0.variantId', '1.quantity', '2.variantId', '2.quantity'].map((at) => `lines.${at}`),
        ...['shippingAddress.country', 'shippingAddress.city', 'note', 'idempotencyKey'],
      ].map((at) => `input.${at}`),
    ],
    [
      {
        input: {
          lines: [{ variantId: nothing('var') }, { variantId: nothing('var', 't') }],
          shippingAddress: ADDRESS,
          idempotencyKey: randomUUID(),
        },
      },
      ['input.lines.0.variantId', 'input.lines.1.variantId'],
    ],
  ],
  cancelOrder: [
    [
      { orderId: nothing('ord'), reason: TURNED, idempotencyKey: 'no' },
      ['orderId', 'reason', 'idempotencyKey'],
    ],
  ],
  updateProfile: [
    [
      {
        input: {
          ...{ displayName: TURNED, bio: TURNED, locale: 'no one', timeZone: 'Mars/Base' },
          avatarMediaId: nothing('med'),
        },
      },
      ['displayName', 'bio', 'locale', 'timeZone', 'avatarMediaId'].map((at) => `input.${at}`),
    ],
  ],
  updateAddress: [
    [
      {
        addressId: nothing('adr'),
        input: {
          postal: {
            ...{ name: TURNED, line1: TURNED, line2: TURNED, city: TURNED, region: TURNED },
            ...{ postalCode: TURNED, country: 'Sweden', phone: TURNED },
          },
        },
      },
      [
        'addressId',
        ...['name', 'line1', 'line2', 'city', 'region', 'postalCode', 'country', 'phone'].map(
          (field) => `input.postal.${field}`,
        ),
      ],
    ],
    [
      {
        addressId: nothing('adr'),
        input: {
          postal: { name: 'A', line1: 'B', city: 'C', postalCode: 'none', country: 'SE' },
        },
      },
      ['addressId', 'input.postal.postalCode'],
    ],
  ],
  renamePasskey: [[{ passkeyId: nothing('pky'), name: TURNED }, ['passkeyId', 'name']]],
  suspendUser: [
    [
      { userId: nothing('usr'), reason: TURNED, until: '2020-01-01T00:00:00Z' },
      ['userId', 'reason', 'until'],
    ],
  ],
  updateGroup: [[{ input: { id: nothing('grp'), name: TURNED } }, ['input.id', 'input.name']]],
  setMemberRole: [[{ groupId: nothing('grp'), userId: 'x', role: 'ADMIN' }, ['groupId', 'userId']]],
  removeMember: [
    [{ groupId: nothing('grp'), userId: 'x', reason: TURNED }, ['groupId', 'userId', 'reason']],
    [{ groupId: nothing('grp'), userId: 'x' }, ['groupId', 'userId']],
  ],
  banFromGroup: [
    [
      { groupId: nothing('grp'), userId: 'x', reason: TURNED, until: '2020-01-01T00:00:00Z' },
      ['groupId', 'userId', 'reason', 'until'],
    ],
    [{ groupId: nothing('grp'), userId: 'x' }, ['groupId', 'userId']],
  ],
  createGroup: [
    [
      { input: { name: TURNED, slug: 'x', seatLimit: 0, inviteUserIds: ['x', nothing('usr')] } },
      ['name', 'slug', 'seatLimit', 'inviteUserIds.0'].map((field) => `input.${field}`),
    ],
  ],
  inviteToGroup: [
    [
      {
        input: {
          groupId: nothing('grp'),
          userIds: ['x'],
          emails: ['nobody'],
          maxUses: 2,
          expiresAt: '2020-01-01T00:00:00Z',
          idempotencyKey: 'no key',
        },
      },
      ['groupId', 'userIds.0', 'emails.0', 'maxUses', 'expiresAt', 'idempotencyKey'].map(
        (field) => `input.${field}`,
      ),
    ],
  ],
  muteMember: [
    [
      { groupId: nothing('grp'), userId: 'x', reason: TURNED, until: '2020-01-01T00:00:00Z' },
      ['groupId', 'userId', 'reason', 'until'],
    ],
    [{ groupId: nothing('grp'), userId: 'x' }, ['groupId', 'userId']],
  ],
  unmuteMember: [[{ groupId: nothing('grp'), userId: 'x' }, ['groupId', 'userId']]],
  transferGroup: [[{ groupId: nothing('grp'), toUserId: 'x' }, ['groupId', 'toUserId']]],
  requestToJoin: [[{ groupId: nothing('grp'), note: TURNED }, ['groupId', 'note']]],
  decideJoinRequest: [
    [
      { joinRequestId: nothing('jrq'), decision: 'APPROVE', note: TURNED },
      ['joinRequestId', 'note'],
    ],
  ],
  createRoom: [
    [
      {
        input: {
          kind: 'PRIVATE',
          name: TURNED,
          topic: TURNED,
          participantIds: [nothing('usr'), 'x', nothing('usr', 't')],
        },
      },
      ['name', 'topic', ...[0, 1, 2].map((at) => `participantIds.${at}`)].map(
        (at) => `input.${at}`,
      ),
    ],
    [
      { input: { kind: 'GROUP', name: TURNED, groupId: nothing('grp') } },
      ['input.name', 'input.groupId'],
    ],
    [
      {
        input: {
          kind: 'PRIVATE',
          name: 'Nobody',
          participantIds: [nothing('usr'), nothing('usr', 't')],
        },
      },
      ['input.participantIds.0', 'input.participantIds.1'],
    ],
  ],
  openDirectRoom: [
    [
      { userIds: [nothing('usr'), 'x', nothing('usr', 't')] },
      ['userIds.0', 'userIds.1', 'userIds.2'],
    ],
  ],
  addParticipants: [
    [
      { roomId: nothing('room'), userIds: [nothing('usr'), 'x'] },
      ['roomId', 'userIds.0', 'userIds.1'],
    ],
    [{ roomId: nothing('room'), userIds: [nothing('usr')] }, ['roomId', 'userIds.0']],
  ],
  removeParticipant: [
    [{ roomId: nothing('room'), userId: 'x' }, ['roomId', 'userId']],
    [{ roomId: nothing('room'), userId: nothing('usr') }, ['roomId', 'userId']],
  ],
  sendMessage: [
    [
      {
        input: {
          roomId: nothing('room'),
          replyToId: nothing('msg'),
          threadOfId: nothing('msg', 't'),
          clientMessageId: 'no',
          text: TURNED,
          embedEntityIds: ['x'],
        },
      },
      [...['roomId', 'replyToId', 'threadOfId', 'clientMessageId', 'text', 'embedEntityIds.0']].map(
        (field) => `input.${field}`,
      ),
    ],
    [
      {
        input: {
          roomId: nothing('room'),
          replyToId: nothing('msg'),
          threadOfId: nothing('msg', 't'),
          clientMessageId: randomUUID(),
          text: 'Hello',
        },
      },
      ['input.roomId', 'input.replyToId', 'input.threadOfId'],
    ],
  ],
  appendToMessage: [
    [
      { input: { messageId: nothing('msg'), text: 'x'.repeat(48_001), expectedRevision: 1 } },
      ['input.messageId', 'input.text'],
    ],
  ],
  editMessage: [
    [
      { input: { messageId: nothing('msg'), text: TURNED, expectedRevision: 1 } },
      ['input.messageId', 'input.text'],
    ],
  ],
  forwardMessage: [
    [
      { messageId: nothing('msg'), roomId: nothing('room'), clientMessageId: 'no' },
      ['messageId', 'roomId', 'clientMessageId'],
    ],
    [
      { messageId: nothing('msg'), roomId: nothing('room'), clientMessageId: randomUUID() },
      ['messageId', 'roomId'],
    ],
  ],
  setReaction: [
    [{ messageId: nothing('msg'), emoji: 'x', on: true }, ['messageId', 'emoji']],
    [{ messageId: nothing('msg'), emoji: TURNED, on: true }, ['messageId', 'emoji']],
  ],
  updateRoom: [
    [
      {
        input: {
          id: nothing('room'),
          ...{ name: null, topic: TURNED, slowModeSeconds: -1, retentionDays: 0 },
        },
      },
      ['id', 'name', 'topic', 'slowModeSeconds', 'retentionDays'].map((field) => `input.${field}`),
    ],
  ],
  reportMessage: [
    [{ messageId: nothing('msg'), reason: 'SPAM', note: TURNED }, ['messageId', 'note']],
  ],
  decideReport: [[{ reportId: nothing('rep'), outcome: 'DISMISSED', note: null }, ['reportId']]],
  appealReport: [[{ reportId: nothing('rep'), text: 'No' }, ['reportId']]],
  scheduleMessage: [
    [
      {
        input: {
          ...{ roomId: nothing('room'), threadOfId: nothing('msg') },
          ...{ clientMessageId: 'no', text: TURNED, sendAt: '2100-01-01T00:00:00Z' },
        },
      },
      ['roomId', 'threadOfId', 'clientMessageId', 'text'].map((field) => `input.${field}`),
    ],
  ],
  updateScheduledMessage: [
    [{ scheduledMessageId: nothing('sch'), text: null }, ['scheduledMessageId']],
  ],
  setReminder: [
    [{ messageId: nothing('msg'), remindAt: null, note: TURNED }, ['messageId', 'note']],
  ],
  banFromRoom: [
    [
      { roomId: nothing('room'), userId: nothing('usr'), reason: TURNED },
      ['roomId', 'userId', 'reason'],
    ],
    [{ roomId: nothing('room'), userId: nothing('usr') }, ['roomId', 'userId']],
  ],
  setRoomPreferences: [
    [{ input: { roomId: nothing('room'), mutedUntil: null } }, ['input.roomId']],
  ],
  setDraft: [
    [
      {
        input: {
          ...{ roomId: nothing('room'), threadId: nothing('thr'), replyToId: nothing('msg') },
          text: TURNED,
        },
      },
      ['roomId', 'threadId', 'replyToId', 'text'].map((field) => `input.${field}`),
    ],
  ],
  markRoomDelivered: [[{ roomId: nothing('room'), upToSequence: 1 }, ['roomId']]],
  markRoomUnread: [[{ roomId: nothing('room'), fromSequence: 1 }, ['roomId']]],
  markThreadRead: [[{ threadId: nothing('thr'), upToSequence: 1 }, ['threadId']]],
  deleteMessage: [[{ messageId: nothing('msg'), reason: TURNED }, ['messageId', 'reason']]],
  setTyping: [
    [{ roomId: nothing('room'), threadId: nothing('thr'), on: true }, ['roomId', 'threadId']],
  ],
  markRoomRead: [[{ roomId: nothing('room'), upToSequence: 1 }, ['roomId']]],
  markNotificationsRead: [
    [
      { notificationIds: [nothing('ntf'), 'x', nothing('ntf', 't')] },
      ['notificationIds.0', 'notificationIds.1', 'notificationIds.2'],
    ],
  ],
  markNotificationsUnread: [
    [{ notificationIds: [nothing('ntf'), 'x'] }, ['notificationIds.0', 'notificationIds.1']],
  ],
  archiveNotifications: [
    [{ notificationIds: [nothing('ntf'), 'x'] }, ['notificationIds.0', 'notificationIds.1']],
  ],
  createWebhookEndpoint: [
    [
      {
        input: { url: 'https://a:b@example.test/', eventTypes: [], sellerId: nothing('sel') },
        idempotencyKey: randomUUID(),
      },
      ['input.url', 'input.eventTypes', 'input.sellerId'],
    ],
  ],
  updateWebhookEndpoint: [
    [
      {
        webhookEndpointId: nothing('whe'),
        input: { url: 'https://a:b@example.test/', eventTypes: ['x'] },
      },
      ['webhookEndpointId', 'input.url', 'input.eventTypes'],
    ],
  ],
  rotateWebhookSecret: [
    [{ webhookEndpointId: nothing('whe'), idempotencyKey: randomUUID() }, ['webhookEndpointId']],
  ],
  replayWebhooks: [
    [
      { webhookEndpointId: nothing('whe'), since: '2020-01-01T00:00:00Z' },
      ['webhookEndpointId', 'since'],
    ],
  ],
  snoozeNotification: [
    [
      { notificationId: nothing('ntf'), until: '2020-01-01T00:00:00Z' },
      ['notificationId', 'until'],
    ],
  ],
};

/** Mutations with an id beside something that cannot be wrong once its type is right. */
const TRIES = 'a code is tried when the rest is right, as tries are counted';
const ENDS = 'a ceremony is over with its answer, which is looked at when the rest is right';
const NOTHING_ELSE = {
  completeOidcSignIn: ENDS,
  linkIdentity: ENDS,
  registerPasskey: ENDS,
  signInWithPasskey: ENDS,
  completeSignIn: TRIES,
  confirmEmailChange: TRIES,
  confirmGuestAccess: TRIES,
  confirmRegistration: TRIES,
  reauthenticate: TRIES,
  resetPassword: TRIES,
  signInWithCode: TRIES,
  verifyEmail: TRIES,
  confirmCartPrices: 'another version is a conflict of a cart that is there',
  joinGroup: 'an id or a code, never both',
  openSupportRoom: 'one of three ids, never two',
  unsuspendUser: 'an id alone',
  setUserRoles: 'roles are a list of an enum',
};

/** Everything of an input that a domain or a lookup may refuse, by path; booleans and enums cannot be. */
function refusable(type: GraphQLInputType, path: string): string[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    return Object.values(named.getFields()).flatMap((field) =>
      refusable(field.type, `${path}.${field.name}`),
    );
  }
  if (named.name === 'Boolean' || 'getValues' in named) return [];
  const place = `${path}:${named.name}`;
  // A list of ids may be wrong in two places.
  return named.name === 'ID' && isListType(getNullableType(type)) ? [place, place] : [place];
}

const formsOfGraph = (): string[] =>
  SUBGRAPHS.flatMap((name) =>
    Object.values(souk.subgraphs[name].schema.getMutationType()?.getFields() ?? {}),
  )
    .filter(({ args }) => {
      const places = args.flatMap(({ type, name }) => refusable(type as GraphQLInputType, name));
      return places.length > 1 && places.some((place) => place.endsWith(':ID'));
    })
    .map(({ name }) => name);

test('every mutation with an id beside something else that can be wrong is in the table', () => {
  const excused = Object.keys(NOTHING_ELSE);
  expect(
    formsOfGraph()
      .filter((name) => !excused.includes(name))
      .sort(),
  ).toEqual(Object.keys(FORMS).sort());
});

// At once, as many wait a while for what may have come just now, and nothing is done by any of them.
describe.concurrent('all mistakes of a form are reported at once, unknown ids among them', () => {
  const cases = Object.entries(FORMS).flatMap(([field, forms]) =>
    forms.map(([variables, paths], index) => [field, index + 1, variables, paths] as const),
  );
  test.each(cases)('%s, form %i', async (field, _, variables, paths) => {
    const filled = JSON.parse(JSON.stringify(variables).replace('$variantId', market.variantId));
    const { subgraph, query } = callOf(field);
    const { data, errors } = await souk.subgraphs[subgraph].execute({
      query,
      variables: filled,
      // Staff, since categories are for staff alone.
      identity: {
        viewer: { userId: market.ada.id, sessionId: 'ses_1', roles: ['CUSTOMER', 'ADMIN'] },
        requestId: randomUUID(),
      },
    });
    expect(errors).toBeUndefined();
    const payload = data?.[field] as { errors: { path: string[] | null }[] };
    expect(payload.errors.map(({ path }) => path?.join('.')).sort()).toEqual([...paths].sort());
  });
});

/** A call with every argument as a variable of its type. */
function callOf(name: string) {
  const fieldIn = (subgraph: (typeof SUBGRAPHS)[number]) =>
    souk.subgraphs[subgraph].schema.getMutationType()?.getFields()[name];
  const subgraph = SUBGRAPHS.find(fieldIn);
  if (!subgraph) throw new Error(`No subgraph has ${name}.`);
  const args = fieldIn(subgraph)?.args ?? [];
  const variables = args
    .map((arg) => `$${arg.name}: ${arg.astNode ? print(arg.astNode.type) : arg.type}`)
    .join(', ');
  const call = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const query = `mutation (${variables}) { ${name}(${call}) {
    errors { __typename ... on UserError { code message path } } } }`;
  return { subgraph, query };
}
