import { randomUUID } from 'node:crypto';
import { type MoneyInput, newId, type Viewer } from '@souk/runtime/domain';
import type { PayloadOf } from '@souk/runtime/events';
import { type Answer, as, insist, type StartedSubgraph, startSubgraph, until } from '@souk/testkit';
import { loadOwnConfig } from '../src/config.ts';
import { createOrdersSubgraph, type OrdersConfig } from '../src/index.ts';

export const CONFIG = {
  ...loadOwnConfig({}),
  payments: 'test' as const,
  reservationMinutes: 60,
  cartsPerWindow: 100_000,
  ordersPerWindow: 100_000,
  futileLinesPerWindow: 100_000,
  orderWindowSeconds: 3_600,
};

export const startOrders = (
  options: Partial<Parameters<typeof startSubgraph<OrdersConfig>>[2]> = {},
) => startSubgraph('orders', createOrdersSubgraph, { config: CONFIG, worker: true, ...options });

export const ADDRESS = {
  name: 'Bo Lindqvist',
  line1: 'Storgatan 1',
  city: 'Lund',
  postalCode: '221 00',
  country: 'SE',
};

export const ORDER = `fragment Order on Order {
  id number status statusReason statusReasonCode version viewerCan reservedUntil head note placedAt updatedAt
  buyer { id }
  subtotal { minorUnits currency formatted } total { minorUnits currency formatted }
  shippingAddress { name line1 line2 city region postalCode country phone }
  lines { id title sku quantity shortage unitPrice { minorUnits } total { minorUnits formatted } variant { id } }
}`;

export const PLACE = `${ORDER}
mutation ($input: BuyNowInput!) { buyNow(input: $input) { order { ...Order } replayed errors {
  __typename
  ... on UserError { code message path }
  ... on InsufficientStockError { variantId maxQuantity }
  ... on RateLimitedError { retryAfterSeconds }
  ... on TotalChangedError { expected { minorUnits currency } actual { minorUnits currency } }
  ... on PriceChangedError { variantId expected { formatted } actual { minorUnits } }
} } }`;

export const CANCEL = `${ORDER}
mutation ($id: ID!, $reason: String, $key: UUID) {
  cancelOrder(orderId: $id, reason: $reason, idempotencyKey: $key) { order { ...Order } replayed errors {
    __typename ... on UserError { code message path } ... on OrderStateError { status allowed } } } }`;

/** An amount as a client gives it. */
export const eur = (minorUnits: number): MoneyInput => ({ minorUnits, currency: 'EUR' });

export const orderInput = (
  lines: { variantId: string; quantity: number; expectedUnitPrice?: MoneyInput }[],
  given: Record<string, unknown> = {},
) => ({ lines, shippingAddress: ADDRESS, idempotencyKey: randomUUID(), ...given });

export interface ShopItem {
  productId: string;
  variantId: string;
  stream: string;
}

/** A shop whose catalogue is what its tests say products told. */
export function shopOf(graph: StartedSubgraph) {
  let sequence = 0;
  const idle = () => until(async () => (await graph.backplane.jobs.backlog('events.orders')) === 0);

  const introduced = new Set<string>();
  /** Who sells is told of before what they sell; of one whom a test has told more of, nothing changes. */
  const introduce = async (sellerId: string) => {
    if (introduced.has(sellerId)) return;
    introduced.add(sellerId);
    await deliverSeller({ sellerId, sequence: 0 });
  };

  const deliverSeller = async ({
    sequence: at,
    ...given
  }: Partial<PayloadOf<'products.SellerCreated'>> & { sellerId: string; sequence: number }) =>
    graph.deliver(
      'products.SellerCreated',
      {
        ...{ handle: 'sela', displayName: 'Sela', status: 'ACTIVE', version: 1 },
        ...{ members: [], commissions: [], ...given },
      },
      { stream: `seller:${given.sellerId}`, sequence: at },
    );

  const deliverProduct = async (
    { productId, variantId, stream }: ShopItem,
    given: Partial<PayloadOf<'products.ProductCreated'>> & {
      priceMinor?: number;
      currency?: string;
      sequence?: number;
    } = {},
  ) => {
    sequence += 1;
    const { priceMinor = 1500, currency = 'EUR', sequence: at = sequence, ...product } = given;
    const title = product.title ?? 'Brass lamp';
    await introduce(product.sellerId ?? as('sela').userId);
    await graph.deliver(
      'products.ProductUpdated',
      {
        productId,
        sellerId: as('sela').userId,
        slug: 'brass-lamp',
        title,
        status: 'ACTIVE',
        version: at,
        categoryIds: [],
        variants: [
          {
            variantId,
            sku: `SKU-${variantId.slice(-4)}`,
            title,
            priceMinor,
            currency,
            weightGrams: 9,
          },
        ],
        changed: ['variants'],
        ...product,
      },
      { stream, sequence: at },
    );
  };

  const deliverStock = async (
    { productId, variantId, stream }: ShopItem,
    available: number,
    at?: number,
    policy: 'DENY' | 'CONTINUE' = 'DENY',
  ) => {
    sequence += 1;
    const level = available > 0 ? ('IN_STOCK' as const) : ('OUT' as const);
    const stock = { onHand: available, reserved: 0, available, policy };
    await graph.deliver(
      'products.InventoryUpdated',
      {
        variantId,
        productId,
        ...stock,
        previousAvailability: level,
        availability: level,
        movementId: null,
      },
      { stream, sequence: at ?? sequence },
    );
  };

  const newItem = (): ShopItem => {
    const productId = newId('prd');
    return { productId, variantId: newId('var'), stream: `product:${productId}` };
  };

  const place = async (
    input: Record<string, unknown>,
    viewer: Viewer | null = as('bo'),
  ): Promise<Answer['data']> => {
    const answer = await graph.execute(PLACE, { input }, viewer);
    return answer.data?.buyNow ?? answer;
  };

  return {
    idle,
    /** Whom nobody tells of by themselves, for who wants to tell of them later. */
    leaveOut: (sellerId: string) => introduced.add(sellerId),
    deliverSeller,
    deliverProduct,
    deliverStock,
    newItem,
    place,
    /** Something that can be ordered. */
    item: async (given: Parameters<typeof deliverProduct>[1] = {}, available = 100) => {
      const item = newItem();
      await deliverProduct(item, given);
      await deliverStock(item, available);
      await idle();
      return item;
    },
    /** An order that must be placed. */
    order: async (item: ShopItem, quantity = 1, viewer = as('bo')) => {
      const { order, errors } = await place(
        orderInput([{ variantId: item.variantId, quantity }]),
        viewer,
      );
      if (!order) throw new Error(JSON.stringify(errors));
      return order;
    },
    deliverReserved: async (orderId: string) => {
      await graph.deliver('products.StockReserved', { orderId, lines: [] });
      await idle();
    },
    cancel: async (variables: Record<string, unknown>, viewer: Viewer | null = as('bo')) => {
      const answer = await insist(() => graph.execute(CANCEL, variables, viewer));
      return (answer.data?.cancelOrder ?? answer) as Answer['data'];
    },
  };
}

export type Shop = ReturnType<typeof shopOf>;
