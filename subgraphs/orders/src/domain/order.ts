import type { PostalAddress } from '@souk/runtime/domain';
import type { OrderStatus } from './order-status.ts';
import type { OrderPaymentStatus } from './payment/payment-status.ts';
import type { SellerOrderStatus } from './selling/seller-order-status.ts';
import type { StatusReason } from './status-reason.ts';

/** An order without its lines; amounts in minor units of its currency. */
export interface Order {
  id: string;
  number: string;
  /** Null: a guest's. */
  buyerId: string | null;
  status: OrderStatus;
  paymentStatus: OrderPaymentStatus;
  /** The payment that paid it. */
  paidBy: string | null;
  /** Why it was rejected or cancelled. */
  reason: StatusReason | null;
  currency: string;
  subtotalMinor: number;
  shippingMinor: number;
  taxMinor: number;
  /** Whether the prices hold the tax, so that it does not come on top. */
  taxIncluded: boolean;
  discountMinor: number;
  /** subtotal + shipping - discount, and the tax where it comes on top. */
  totalMinor: number;
  refundedMinor: number;
  shippingAddress: PostalAddress;
  /** Null: the same. */
  billingAddress: PostalAddress | null;
  email: string | null;
  note: string | null;
  version: number;
  /** Until when its stock is set aside; null once it is paid for or off. */
  reservedUntil: Date | null;
  placedAt: Date;
  updatedAt: Date;
}

/** One seller's part of an order: who works for the seller sees it, and nothing else of the order. */
export interface SellerOrder {
  id: string;
  orderId: string;
  position: number;
  number: string;
  sellerId: string;
  buyerId: string | null;
  status: SellerOrderStatus;
  currency: string;
  subtotalMinor: number;
  shippingMinor: number;
  taxMinor: number;
  discountMinor: number;
  totalMinor: number;
  refundedMinor: number;
  /** Of what was refunded, what was for the delivery or given beside any line. */
  looseRefundMinor: number;
  /** What the platform keeps of the sale. */
  commissionMinor: number;
  deliveryLabel: string | null;
  deliverFrom: Date | null;
  deliverUntil: Date | null;
  version: number;
  placedAt: Date;
  updatedAt: Date;
  deliveredAt: Date | null;
}

/** What was ordered, called and priced as it was at that moment. */
export interface OrderLine {
  id: string;
  orderId: string;
  sellerOrderId: string;
  position: number;
  variantId: string;
  productId: string;
  sellerId: string;
  sku: string;
  title: string;
  quantity: number;
  unitPriceMinor: number;
  totalMinor: number;
  /** Its parts of what the order was made cheaper by, of the tax, and of what the platform keeps. */
  discountMinor: number;
  taxMinor: number;
  commissionMinor: number;
  shippedQuantity: number;
  returnedQuantity: number;
  /** Of those that came back, how many are for sale again. */
  restockedQuantity: number;
  /** Of those paid back before they were sent, how many are not for sale again. */
  lostQuantity: number;
  refundedQuantity: number;
  refundedMinor: number;
}
