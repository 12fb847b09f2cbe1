import { readdirSync, readFileSync } from 'node:fs';
import { newId } from '@souk/runtime/domain';
import type { EventName, PayloadOf, RecordedEvent } from '@souk/runtime/events';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KINDS, type NotificationKind } from '../src/domain/notification.ts';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

// Every kind of notice is made by an event that some subgraph records.

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
const [owner, buyer] = [as('keeper').userId, as('buyer').userId];
const ids = {
  ...{ sellerId: newId('sel'), productId: newId('prd'), variantId: newId('var') },
  ...{ groupId: newId('grp'), roomId: newId('room') },
};
const { sellerId, productId, variantId, groupId, roomId } = ids;

interface Told<Name extends EventName> {
  type: Name;
  payload: PayloadOf<Name>;
  at?: Partial<RecordedEvent>;
}
const told = <Name extends EventName>(
  type: Name,
  payload: PayloadOf<Name>,
  at?: Partial<RecordedEvent>,
): Told<EventName> => ({ type, payload, ...(at ? { at } : {}) }) as Told<EventName>;

const part = {
  ...{ orderId: newId('ord'), number: 'S-7', buyerId: buyer, sellerId },
  sellerOrderId: newId('sor'),
};
const variant = { variantId, sku: 'MUG', title: 'Red', currency: 'EUR', weightGrams: null };
const product = (priceMinor: number) => ({
  ...{ productId, sellerId, slug: 'mug', title: 'Mug', status: 'ACTIVE' as const, version: 1 },
  ...{ categoryIds: [], variants: [{ ...variant, priceMinor }] },
});
const message = { roomId, sequence: 2, authorId: buyer, excerpt: 'Tea?', mentionsAll: null };

/** By kind, what happens elsewhere that makes such a notice for the seller's owner. */
const MADE_BY: Readonly<Record<NotificationKind, Told<EventName>>> = {
  MESSAGE: told(
    'chat.MessagePosted',
    { ...message, messageId: newId('msg'), mentioned: [] },
    { stream: `room:${roomId}`, sequence: 2 },
  ),
  MENTION: told(
    'chat.MessagePosted',
    { ...message, sequence: 3, messageId: newId('msg'), mentioned: [owner] },
    { stream: `room:${roomId}`, sequence: 3 },
  ),
  REPLY: told(
    'chat.ThreadReplied',
    {
      ...{ roomId, threadId: newId('msg'), messageId: newId('msg'), authorId: buyer },
      ...{
        sequence: 1,
        excerpt: 'At four',
        mentioned: [],
        mentionsAll: null,
        followerIds: [owner],
      },
    },
    { stream: `room:${roomId}`, sequence: 4 },
  ),
  INVITE: told('groups.InviteReceived', {
    ...{ groupId, groupName: 'Tea', inviteId: newId('inv'), userId: owner, inviterId: buyer },
    ...{ role: 'MEMBER', expiresAt: '2100-01-01T00:00:00Z' },
  } as PayloadOf<'groups.InviteReceived'>),
  JOIN_REQUEST: told('groups.JoinRequestReceived', {
    ...{ groupId, groupName: 'Tea', requestId: newId('jrq'), userId: owner },
    ...{ requesterId: buyer, status: 'PENDING' },
  }),
  ORDER_STATUS: told('orders.OrderStatusChanged', {
    ...{ orderId: newId('ord'), number: 'S-8', buyerId: owner },
    ...{ from: 'PENDING', to: 'PAID', reason: null, cause: null },
  }),
  BACK_IN_STOCK: told('products.InventoryUpdated', {
    ...{ variantId, productId, onHand: 5, reserved: 0, available: 5, policy: 'DENY' },
    ...{ previousAvailability: 'OUT', availability: 'IN_STOCK' },
  } as PayloadOf<'products.InventoryUpdated'>),
  PRICE_DROP: told(
    'products.ProductUpdated',
    { ...product(700), changed: ['variants'] },
    { stream: `product:${productId}`, sequence: 3 },
  ),
  REVIEW: told('products.ReviewPosted', {
    ...{ reviewId: newId('rev'), productId, sellerId, authorId: buyer, rating: 4 },
    productTitle: 'Mug',
  }),
  SECURITY: told('users.SecurityChanged', {
    ...{ userId: owner, change: 'PASSKEY_ADDED', email: 'keeper@example.test' },
  } as PayloadOf<'users.SecurityChanged'>),
  SYSTEM: told('chat.ReminderDue', {
    ...{ userId: owner, roomId, messageId: newId('msg'), note: 'Tea', excerpt: 'Tea?' },
  }),
  ORDER_RECEIVED: told('orders.SellerOrderReceived', part),
  LOW_STOCK: told('products.StockLow', {
    ...{ variantId, productId, sellerId, title: 'Mug', sku: 'MUG', available: 2, threshold: 3 },
  }),
  PAYOUT: told('orders.PayoutChanged', { sellerId, payoutId: newId('pot'), status: 'SCHEDULED' }),
  REPORT_FILED: told('chat.ReportFiled', {
    ...{ reportId: newId('rep'), roomId, messageId: newId('msg') },
    ...{ recipientIds: [owner], reporterId: buyer },
  }),
  CUSTOMER_QUESTION: told('chat.SupportRequestChanged', {
    ...{ roomId: newId('room'), sellerId, partId: null, customerId: buyer, waits: true },
    recipientIds: [owner],
  }),
  RETURN: told('orders.ReturnChanged', { ...part, returnId: newId('ret'), status: 'REQUESTED' }),
};

beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
  await graph.deliver('products.SellerCreated', {
    ...{ sellerId, handle: 'mugs', displayName: 'Mugs', status: 'ACTIVE', version: 1 },
    ...{ members: [{ userId: owner, role: 'OWNER' }], commissions: [] },
  });
  await graph.deliver('products.ProductCreated', product(900), {
    ...{ stream: `product:${productId}`, sequence: 1 },
  });
  await graph.deliver(
    'chat.RoomCreated',
    { roomId, kind: 'GROUP', name: 'tea', groupId: null, participantIds: [owner, buyer] },
    { stream: `room:${roomId}`, sequence: 1 },
  );
  const { watch } = await graph.ask(
    `mutation { watch(input: { entityId: "${productId}", events: [BACK_IN_STOCK, PRICE_DROP] }) {
       errors { __typename } } }`,
    {},
    as('keeper'),
  );
  expect(watch.errors).toEqual([]);
  await others.idle();
});
afterAll(() => graph[Symbol.asyncDispose]());

const kindsOf = async (userId: string) => {
  const rows = await sql<{ kind: string }>(
    graph,
    'SELECT kind FROM notification WHERE user_id = $1',
    [userId],
  );
  return rows.map(({ kind }) => kind);
};

test.each(KINDS)('a notice of %s is made by its event', async (kind) => {
  const { type, payload, at } = MADE_BY[kind];
  expect(await kindsOf(owner)).not.toContain(kind);
  await graph.deliver(type, payload, at);
  await others.idle();
  expect(await kindsOf(owner)).toContain(kind);
});

const sourcesOf = (subgraph: string): string[] => {
  const folder = new URL(`../../${subgraph}/src/`, import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/__generated__|\.test\.ts$|consumers\//.test(file))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'));
};

test.each(KINDS)('the event of %s is recorded by its own subgraph', (kind) => {
  const { type } = MADE_BY[kind];
  expect(
    sourcesOf(type.split('.')[0] as string).some((source) => source.includes(`'${type}'`)),
  ).toBe(true);
});
