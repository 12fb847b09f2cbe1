import { newId } from '@souk/runtime/domain';
import type { EventName, PayloadOf } from '@souk/runtime/events';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { decidedFor } from './decided.ts';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

// What waits of a seller's business leaves for those alone who work for it when it leaves.

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
  client = createClient(graph.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await graph[Symbol.asyncDispose]();
});

const ids = { sellerId: newId('sel'), productId: newId('prd'), variantId: newId('var') };
const part = {
  ...{ orderId: newId('ord'), number: 'S-7', buyerId: as('buyer').userId, sellerId: ids.sellerId },
  sellerOrderId: newId('sor'),
};
const told = <Name extends EventName>(type: Name, payload: PayloadOf<Name>) =>
  graph.deliver(type, payload);

/** By kind, what happens to the seller that its people are notified of. */
const HAPPENS = {
  ORDER_RECEIVED: () => told('orders.SellerOrderReceived', part),
  RETURN: () =>
    told('orders.ReturnChanged', { ...part, returnId: newId('ret'), status: 'REQUESTED' }),
  PAYOUT: () =>
    told('orders.PayoutChanged', {
      ...{ sellerId: ids.sellerId, payoutId: newId('pot'), status: 'SCHEDULED' },
    }),
  LOW_STOCK: () =>
    told('products.StockLow', { ...ids, title: 'Mug', sku: 'MUG', available: 2, threshold: 3 }),
  CUSTOMER_QUESTION: () =>
    told('chat.SupportRequestChanged', {
      ...{ roomId: newId('room'), sellerId: ids.sellerId, partId: part.sellerOrderId },
      ...{ customerId: part.buyerId, waits: true },
      recipientIds: ['keeper', 'leaver', 'lesser'].map((who) => as(who).userId),
    }),
  REVIEW: () =>
    told('products.ReviewPosted', {
      ...{ reviewId: newId('rev'), productId: ids.productId, sellerId: ids.sellerId },
      ...{ authorId: as('buyer').userId, rating: 4, productTitle: 'Mug' },
    }),
};

let version = 0;
const staff = async (members: Readonly<Record<string, 'OWNER' | 'STAFF'>>) => {
  version += 1;
  await graph.deliver(
    'products.SellerUpdated',
    {
      ...{ sellerId: ids.sellerId, handle: 'mugs', displayName: 'Mugs', status: 'ACTIVE', version },
      members: Object.entries(members).map(([who, role]) => ({ userId: as(who).userId, role })),
      ...{ commissions: [], changed: ['members'] },
    },
    { stream: `seller:${ids.sellerId}`, sequence: version },
  );
  await others.idle();
};

const unreadOf = async (who: string) => {
  const { notificationCounts } = await others.inbox(who);
  return notificationCounts.byKind
    .filter(({ unread }: { unread: number }) => unread > 0)
    .map(({ kind }: { kind: string }) => kind)
    .sort();
};

const all = (became: string) =>
  Object.fromEntries(Object.keys(HAPPENS).map((kind) => [kind, became]));

test('somebody who was removed gets no more mails about the seller and finds nothing of it unread, and somebody who lost the right to its money none about that', async () => {
  await staff({ keeper: 'OWNER', leaver: 'OWNER', lesser: 'OWNER' });
  for (const happens of Object.values(HAPPENS)) await happens();
  await others.idle();
  for (const who of ['keeper', 'leaver', 'lesser']) {
    expect(await decidedFor(client, who), who).toEqual(all('SEND'));
  }
  const everything = Object.keys(HAPPENS).sort();
  expect(await unreadOf('leaver')).toEqual(everything);
  await staff({ keeper: 'OWNER', lesser: 'STAFF' });
  // Others do it now, so nothing of it is left to be read by who left.
  expect(await unreadOf('keeper')).toEqual(everything);
  expect(await unreadOf('leaver')).toEqual([]);
  expect(await unreadOf('lesser')).toEqual(everything.filter((kind) => kind !== 'PAYOUT'));
  expect(await decidedFor(client, 'keeper')).toEqual(all('SEND'));
  expect(await decidedFor(client, 'leaver')).toEqual(all('RIGHTS_LOST'));
  expect(await decidedFor(client, 'lesser')).toEqual({ ...all('SEND'), PAYOUT: 'RIGHTS_LOST' });
});
