import { badInput, isIdOf } from '@souk/runtime/domain';
import type { OrderStatus } from './order-status.ts';
import type { OrderPaymentStatus } from './payment/payment-status.ts';
import type { SellerOrderStatus } from './selling/seller-order-status.ts';

/** From when, and before when; null for no limit. */
export interface Placed {
  placedAfter: Date | null;
  placedBefore: Date | null;
}

export interface OrderFilterInput extends Partial<Nullable<Placed>> {
  statuses?: readonly OrderStatus[] | null;
  paymentStatuses?: readonly OrderPaymentStatus[] | null;
  buyerId?: string | null;
  hasFailedRefund?: boolean | null;
  query?: string | null;
}

/** Which orders to list; null for all. */
export interface OrderCriteria extends Placed {
  buyerId: string | null;
  statuses: readonly OrderStatus[] | null;
  paymentStatuses: readonly OrderPaymentStatus[] | null;
  hasFailedRefund: boolean | null;
  /** A number or words, as somebody typed them. */
  query: string | null;
}

export interface SellerOrderFilterInput extends Partial<Nullable<Placed>> {
  statuses?: readonly SellerOrderStatus[] | null;
  hasReturn?: boolean | null;
  query?: string | null;
}

/** Which of a seller's parts of orders to list; null for all. */
export interface SellerOrderCriteria extends Placed {
  sellerId: string;
  statuses: readonly SellerOrderStatus[] | null;
  hasReturn: boolean | null;
  /** The number of a part or of its order, or words, as somebody typed them. */
  query: string | null;
}

type Nullable<Fields> = { [Name in keyof Fields]: Fields[Name] | null | undefined };

/** The criteria of a list, written the same for the same filter, so that its cursors match. */
export function checkedFilter(filter: OrderFilterInput | null | undefined): OrderCriteria {
  const {
    statuses,
    paymentStatuses,
    buyerId = null,
    hasFailedRefund = null,
    query = null,
  } = filter ?? {};
  if (buyerId !== null && !isIdOf('usr', buyerId)) {
    throw badInput('This id belongs to something else.', ['filter', 'buyerId']);
  }
  return {
    ...{ buyerId, hasFailedRefund, query, ...placedOf(filter) },
    statuses: sorted(statuses),
    paymentStatuses: sorted(paymentStatuses),
  };
}

/** Which of a seller's parts to list; null leaves nothing out. */
export const criteriaOfSeller = (
  sellerId: string,
  filter: SellerOrderFilterInput | null | undefined,
): SellerOrderCriteria => ({
  ...{ sellerId, hasReturn: filter?.hasReturn ?? null, query: filter?.query ?? null },
  ...placedOf(filter),
  statuses: sorted(filter?.statuses),
});

/** The criteria restricted to one buyer's orders: criteria for other buyers match nothing. */
export const ofBuyer = (criteria: OrderCriteria, buyerId: string): OrderCriteria =>
  criteria.buyerId === null || criteria.buyerId === buyerId
    ? { ...criteria, buyerId }
    : { ...criteria, buyerId, statuses: [] };

const placedOf = (filter: Partial<Nullable<Placed>> | null | undefined): Placed => ({
  placedAfter: filter?.placedAfter ?? null,
  placedBefore: filter?.placedBefore ?? null,
});

const sorted = <Value extends string>(values: readonly Value[] | null | undefined) =>
  values ? [...new Set(values)].sort() : null;
