import { createQuotas, type Quotas } from '@souk/runtime/persistence';
import { type CartStore, createCartStore } from './cart-store.ts';
import type { Db } from './client.ts';
import { createDiscountStore, type DiscountStore } from './discount-store.ts';
import { createGuestAccessStore, type GuestAccessStore } from './guest-access-store.ts';
import { createGuestRequestStore, type GuestRequestStore } from './guest-request-store.ts';
import { createLedgerStore, type LedgerStore } from './ledger-store.ts';
import { createOrderStore, type OrderStore } from './order-store.ts';
import { createPaymentStore, type PaymentStore } from './payment-store.ts';
import { createPayoutStore, type PayoutStore } from './payout-store.ts';
import { createPricedItemStore, type PricedItemStore } from './priced-item-store.ts';
import { createRefundStore, type RefundStore } from './refund-store.ts';
import { createReturnStore, type ReturnStore } from './return-store.ts';
import { createSalesStore, type SalesStore } from './sales-store.ts';
import { createSellerOrderStore, type SellerOrderStore } from './seller-order-store.ts';
import { createSellerStore, type SellerStore } from './seller-store.ts';
import { createShipmentStore, type ShipmentStore } from './shipment-store.ts';
import { createSnapshotStore, type SnapshotStore } from './snapshot-store.ts';
import { createTestPaymentStore, type TestPaymentStore } from './test-payment-store.ts';
import { createTimelineStore, type TimelineStore } from './timeline-store.ts';

export interface Stores {
  readonly discounts: DiscountStore;
  readonly guestAccess: GuestAccessStore;
  readonly guestRequests: GuestRequestStore;
  readonly ledger: LedgerStore;
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly payouts: PayoutStore;
  readonly returns: ReturnStore;
  readonly sales: SalesStore;
  readonly sellers: SellerStore;
  readonly shipments: ShipmentStore;
  readonly snapshots: SnapshotStore;
  readonly sellerOrders: SellerOrderStore;
  readonly testPayments: TestPaymentStore;
  readonly timeline: TimelineStore;
  readonly carts: CartStore;
  readonly orders: OrderStore;
  readonly pricedItems: PricedItemStore;
  readonly quotas: Quotas;
}

export const storesOn = (db: Db): Stores => ({
  discounts: createDiscountStore(db),
  guestAccess: createGuestAccessStore(db),
  guestRequests: createGuestRequestStore(db),
  ledger: createLedgerStore(db),
  payments: createPaymentStore(db),
  refunds: createRefundStore(db),
  payouts: createPayoutStore(db),
  returns: createReturnStore(db),
  sales: createSalesStore(db),
  sellers: createSellerStore(db),
  shipments: createShipmentStore(db),
  snapshots: createSnapshotStore(db),
  sellerOrders: createSellerOrderStore(db),
  testPayments: createTestPaymentStore(db),
  timeline: createTimelineStore(db),
  carts: createCartStore(db),
  orders: createOrderStore(db),
  pricedItems: createPricedItemStore(db),
  quotas: createQuotas(db),
});
