import type { PostalAddress } from '@souk/runtime/domain';
import type { OrderStatus } from './order-status.ts';
import type { OrderPaymentStatus } from './payment/payment-status.ts';
import type { SellerOrderStatus } from './selling/seller-order-status.ts';
import type { StatusReason } from './status-reason.ts';

/** An order without its lines; amounts in minor units of its currency. */
export interface Order {
  id: string;
  number: string;
  /** Null for a guest's. */
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
  /** Whether the prices include the tax, so that it is not added. */
  taxIncluded: boolean;
  discountMinor: number;
  /** subtotal + shipping - discount, plus the tax if it is not included. */
  totalMinor: number;
  refundedMinor: number;
  shippingAddress: PostalAddress;
  /** Null when it is the same. */
  billingAddress: PostalAddress | null;
  email: string | null;
  note: string | null;
  version: number;
  /** Until when its stock is reserved; null once it is paid or cancelled. */
  reservedUntil: Date | null;
  placedAt: Date;
  updatedAt: Date;
}

/** One seller's part of an order: people who work for the seller see it, and nothing else of the order. */
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
  /** The part of the refunds that was for the delivery or not for any line. */
  looseRefundMinor: number;
  /** The platform's commission. */
  commissionMinor: number;
  deliveryLabel: string | null;
  deliverFrom: Date | null;
  deliverUntil: Date | null;
  version: number;
  placedAt: Date;
  updatedAt: Date;
  deliveredAt: Date | null;
}

/** What was ordered, with title and price at that moment. */
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
  /** Its share of discounts, of the tax, and of the commission. */
  discountMinor: number;
  taxMinor: number;
  commissionMinor: number;
  shippedQuantity: number;
  returnedQuantity: number;
  /** Of those that came back, how many are for sale again. */
  restockedQuantity: number;
  /** Of those refunded before they were sent, how many are not for sale again. */
  lostQuantity: number;
  refundedQuantity: number;
  refundedMinor: number;
}
