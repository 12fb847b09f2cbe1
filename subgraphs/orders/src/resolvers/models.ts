import type { ShownMoney } from '@souk/runtime/domain';
import type { StreamItem } from '@souk/runtime/events';
import type { Connection } from '@souk/runtime/graphql';
import type { CartNotice } from '../domain/cart/cart.ts';
import type { ShownLine } from '../domain/cart/shown-line.ts';
import type { DeliveryOption } from '../domain/checkout/delivery.ts';
import type { DiscountCode } from '../domain/checkout/discount.ts';
import type { QuotedPart } from '../domain/checkout/quote.ts';
import type { LedgerEntry } from '../domain/ledger/ledger.ts';
import type { Payout } from '../domain/ledger/payout.ts';
import type { OrderLine } from '../domain/order.ts';
import type { OrderCriteria, SellerOrderCriteria } from '../domain/order-filter.ts';
import type { OrderSnapshot } from '../domain/order-snapshot.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { Payment } from '../domain/payment/payment.ts';
import type { Refund } from '../domain/selling/refund.ts';
import type { Return } from '../domain/selling/return.ts';
import type { SellerOrderStatus } from '../domain/selling/seller-order-status.ts';
import type { Shipment } from '../domain/selling/shipment.ts';
import type { StatusReasonCode } from '../domain/status-reason.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { StoredCart } from '../persistence/cart-store.ts';
import type { SellerBalance } from '../persistence/ledger-store.ts';
import type { StoredOrder } from '../persistence/order-store.ts';
import type { StoredSellerOrder } from '../persistence/seller-order-store.ts';

/** What resolvers of each GraphQL type receive. */
export type OrderModel = StoredOrder;
export type OrderLineModel = OrderLine;
export interface ViewerModel {
  id: string;
}
export type CartModel = StoredCart;
export type CartLineModel = ShownLine;
export interface CartNoticeModel extends CartNotice {
  message: string;
  line: ShownLine | null;
}
export type PaymentModel = Payment;
export type SellerOrderModel = StoredSellerOrder;
export type TimelineEntryModel = TimelineEntry;
export type DiscountCodeModel = DiscountCode;
export interface DeliveryOptionModel extends DeliveryOption {
  currency: string;
}
export interface CartDeliveryModel extends QuotedPart {
  currency: string;
  /** Every line of the cart, as it is shown. */
  all: ShownLine[];
}
export type ShipmentModel = Shipment;
export type RefundModel = Refund & { sellerOrderId: string };
export type ReturnModel = Return;
export type OrderSnapshotModel = OrderSnapshot;
export type LedgerEntryModel = LedgerEntry;
export type PayoutModel = Payout;
export type BalanceModel = SellerBalance;
export interface ProductModel {
  id: string;
}
export interface SellerModel {
  id: string;
}
export interface SellerDeskModel {
  id: string;
}
export interface SellerOrderConnectionModel extends Connection<StoredSellerOrder> {
  /** Counted only when requested. */
  counted: SellerOrderCriteria;
}
export type MoneyModel = ShownMoney;
export interface UserModel {
  id: string;
}
export interface ProductVariantModel {
  id: string;
}

export interface OrderConnectionModel extends Connection<StoredOrder> {
  /** Counted only when requested. */
  counted: OrderCriteria;
}

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export interface CartChangedModel extends Sent {
  __typename: 'CartChanged';
  cart: StoredCart;
}

export interface OrderPlacedModel extends Sent {
  __typename: 'OrderPlaced';
  order: StoredOrder;
}

export interface PaymentUpdatedModel extends Sent {
  __typename: 'PaymentUpdated';
  order: StoredOrder;
  payment: Payment;
}

export interface RepaymentFailedModel extends Sent {
  __typename: 'RepaymentFailed';
  order: StoredOrder;
  payment: Payment;
}

interface OfPart extends Sent {
  sellerOrder: StoredSellerOrder;
}

export interface SellerOrderReceivedModel extends OfPart {
  __typename: 'SellerOrderReceived';
}

export interface ShipmentUpdatedModel extends OfPart {
  __typename: 'ShipmentUpdated';
  shipment: Shipment;
}

export interface RefundIssuedModel extends OfPart {
  __typename: 'RefundIssued';
  refund: RefundModel;
}

export interface RefundFailedModel extends OfPart {
  __typename: 'RefundFailed';
  refund: RefundModel;
}

export interface ReturnChangedModel extends OfPart {
  __typename: 'ReturnChanged';
  return: Return;
}

export interface PayoutChangedModel extends Sent {
  __typename: 'PayoutChanged';
  payout: Payout;
}

export interface SellerOrderStatusChangedModel extends Sent {
  __typename: 'SellerOrderStatusChanged';
  sellerOrder: StoredSellerOrder;
  previousStatus: SellerOrderStatus;
}

export interface OrderStatusChangedModel extends Sent {
  __typename: 'OrderStatusChanged';
  order: StoredOrder;
  from: OrderStatus;
  to: OrderStatus;
  statusReason: string | null;
  statusReasonCode: StatusReasonCode | null;
}
