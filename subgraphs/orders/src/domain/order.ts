import type { PostalAddress } from '@souk/runtime/domain';
import type { OrderStatus } from './order-status.ts';

/** An order without its lines; amounts in minor units of its currency. */
export interface Order {
  id: string;
  number: string;
  buyerId: string;
  status: OrderStatus;
  /** Why it was rejected or cancelled. */
  reason: string | null;
  currency: string;
  subtotalMinor: number;
  shippingMinor: number;
  taxMinor: number;
  discountMinor: number;
  /** subtotal + shipping + tax - discount. */
  totalMinor: number;
  shippingAddress: PostalAddress;
  note: string | null;
  version: number;
  /** Until when its stock is set aside; null once it is paid for or off. */
  reservedUntil: Date | null;
  placedAt: Date;
  updatedAt: Date;
}

/** What was ordered, called and priced as it was at that moment. */
export interface OrderLine {
  id: string;
  orderId: string;
  position: number;
  variantId: string;
  productId: string;
  sellerId: string;
  sku: string;
  title: string;
  quantity: number;
  unitPriceMinor: number;
  totalMinor: number;
}
