import {
  createListLoader,
  createLoader,
  createViewerLoaders,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { CartLine } from '../domain/cart/cart.ts';
import type { DiscountCode } from '../domain/checkout/discount.ts';
import type { LedgerEntry } from '../domain/ledger/ledger.ts';
import type { Payout } from '../domain/ledger/payout.ts';
import type { OrderLine } from '../domain/order.ts';
import type { OrderSnapshot } from '../domain/order-snapshot.ts';
import type { Payment } from '../domain/payment/payment.ts';
import type { PricedItem } from '../domain/priced-item.ts';
import type { Refund, RefundLine } from '../domain/selling/refund.ts';
import type { Return } from '../domain/selling/return.ts';
import type { Seller } from '../domain/selling/seller.ts';
import type { Shipment } from '../domain/selling/shipment.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { StoredCart } from './cart-store.ts';
import type { SellerBalance } from './ledger-store.ts';
import type { StoredOrder } from './order-store.ts';
import type { ProductSales } from './sales-store.ts';
import type { StoredSellerOrder } from './seller-order-store.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  readonly order: Loader<StoredOrder>;
  readonly orderByNumber: Loader<StoredOrder>;
  readonly cart: Loader<StoredCart>;
  readonly cartOfOwner: Loader<StoredCart>;
  readonly cartLine: Loader<CartLine>;
  readonly pricedItem: Loader<PricedItem>;
  readonly sellerOrder: Loader<StoredSellerOrder>;
  readonly sellerOrdersOfOrder: ListLoader<StoredSellerOrder>;
  readonly linesOfSellerOrder: ListLoader<OrderLine>;
  readonly seller: Loader<Seller>;
  readonly salesOfProduct: Loader<ProductSales>;
  /** Only the viewer's own. */
  readonly boughtProduct: Loader<{ productId: string }>;
  readonly sellersOfUser: ListLoader<{ userId: string; sellerId: string }>;
  readonly shipment: Loader<Shipment>;
  readonly shipmentsOfPart: ListLoader<Shipment>;
  readonly refund: Loader<Refund>;
  readonly refundsOfPart: ListLoader<Refund & { sellerOrderId: string }>;
  readonly linesOfRefund: ListLoader<RefundLine & { refundId: string }>;
  readonly returnRequest: Loader<Return>;
  readonly returnsOfPart: ListLoader<Return>;
  readonly payout: Loader<Payout>;
  readonly ledgerEntry: Loader<LedgerEntry>;
  readonly balancesOfSeller: ListLoader<SellerBalance>;
  readonly snapshot: Loader<OrderSnapshot>;
  readonly payment: Loader<Payment>;
  readonly paymentsOfOrder: ListLoader<Payment>;
  readonly timelineEntry: Loader<TimelineEntry>;
  readonly discount: Loader<DiscountCode>;
  readonly line: Loader<OrderLine>;
  readonly linesOfOrder: ListLoader<OrderLine>;
}

export const createLoaders = (
  {
    carts,
    discounts,
    orders,
    payments,
    pricedItems,
    ledger,
    payouts,
    refunds,
    returns,
    sellerOrders,
    sales,
    sellers,
    shipments,
    snapshots,
    timeline,
  }: Stores,
  viewerId: string | null,
): Loaders => ({
  order: createLoader(orders.findMany, ({ id }) => id),
  orderByNumber: createLoader(orders.findManyByNumber, ({ number }) => number),
  cart: createLoader(carts.findMany, ({ id }) => id),
  cartOfOwner: createLoader(carts.findOwn, ({ ownerId }) => ownerId as string),
  cartLine: createLoader(carts.findLines, ({ id }) => id),
  pricedItem: createLoader(pricedItems.findMany, ({ variantId }) => variantId),
  sellerOrder: createLoader(sellerOrders.findMany, ({ id }) => id),
  sellerOrdersOfOrder: createListLoader(sellerOrders.ofOrders, ({ orderId }) => orderId),
  linesOfSellerOrder: createListLoader(sellerOrders.linesOf, ({ sellerOrderId }) => sellerOrderId),
  seller: createLoader(sellers.findMany, ({ id }) => id),
  salesOfProduct: createLoader(sales.ofProducts, ({ productId }) => productId),
  boughtProduct: createViewerLoaders(viewerId)(sales.boughtBy, ({ productId }) => productId),
  sellersOfUser: createListLoader(sellers.membershipsOf, ({ userId }) => userId),
  shipment: createLoader(shipments.findMany, ({ id }) => id),
  shipmentsOfPart: createListLoader(shipments.ofSellerOrders, ({ sellerOrderId }) => sellerOrderId),
  refund: createLoader(refunds.findMany, ({ id }) => id),
  refundsOfPart: createListLoader(refunds.ofSellerOrders, ({ sellerOrderId }) => sellerOrderId),
  linesOfRefund: createListLoader(refunds.linesOf, ({ refundId }) => refundId),
  returnRequest: createLoader(returns.findMany, ({ id }) => id),
  returnsOfPart: createListLoader(returns.ofSellerOrders, ({ sellerOrderId }) => sellerOrderId),
  payout: createLoader(payouts.findMany, ({ id }) => id),
  ledgerEntry: createLoader(ledger.findMany, ({ id }) => id),
  balancesOfSeller: createListLoader(
    (ids) => ledger.balancesOf(ids, new Date()),
    ({ sellerId }) => sellerId,
  ),
  snapshot: createLoader(snapshots.findMany, ({ id }) => id),
  payment: createLoader(payments.findMany, ({ id }) => id),
  paymentsOfOrder: createListLoader(payments.ofOrders, ({ orderId }) => orderId),
  timelineEntry: createLoader(timeline.findMany, ({ id }) => id),
  discount: createLoader(
    (codes) => discounts.findMany(codes, viewerId),
    ({ code }) => code,
  ),
  line: createLoader(orders.findLines, ({ id }) => id),
  linesOfOrder: createListLoader(orders.linesOf, ({ orderId }) => orderId),
});
