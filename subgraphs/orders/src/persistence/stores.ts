import { createQuotas, defineStores, type StoresOf } from '@souk/runtime/persistence';
import { createCartStore } from './cart-store.ts';
import { createCategoryTreeStore } from './category-tree-store.ts';
import type { Db } from './client.ts';
import { createDiscountStore } from './discount-store.ts';
import { createFollowedCartStore } from './followed-cart-store.ts';
import { createGuestAccessStore } from './guest-access-store.ts';
import { createGuestRequestStore } from './guest-request-store.ts';
import { createLedgerStore } from './ledger-store.ts';
import { createOrderStore } from './order-store.ts';
import { createPaymentStore } from './payment-store.ts';
import { createPayoutStore } from './payout-store.ts';
import { createPricedItemStore } from './priced-item-store.ts';
import { createRefundStore } from './refund-store.ts';
import { createReturnStore } from './return-store.ts';
import { createSalesStore } from './sales-store.ts';
import { createSellerOrderStore } from './seller-order-store.ts';
import { createSellerStore } from './seller-store.ts';
import { createShipmentStore } from './shipment-store.ts';
import { createSnapshotStore } from './snapshot-store.ts';
import { createTestPaymentStore } from './test-payment-store.ts';
import { createTimelineStore } from './timeline-store.ts';

/** Everything this subgraph reads and writes, on one transaction or on the client itself. */
export type Stores = StoresOf<typeof storesOn>;

export const storesOn = defineStores<Db>()({
  discounts: createDiscountStore,
  guestAccess: createGuestAccessStore,
  guestRequests: createGuestRequestStore,
  ledger: createLedgerStore,
  payments: createPaymentStore,
  refunds: createRefundStore,
  payouts: createPayoutStore,
  returns: createReturnStore,
  sales: createSalesStore,
  sellers: createSellerStore,
  shipments: createShipmentStore,
  snapshots: createSnapshotStore,
  sellerOrders: createSellerOrderStore,
  testPayments: createTestPaymentStore,
  timeline: createTimelineStore,
  carts: createCartStore,
  followedCarts: createFollowedCartStore,
  orders: createOrderStore,
  pricedItems: createPricedItemStore,
  categoryTree: createCategoryTreeStore,
  quotas: createQuotas,
});
