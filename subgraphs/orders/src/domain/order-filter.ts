import { badInput, isIdOf } from '@souk/runtime/domain';
import type { OrderStatus } from './order-status.ts';

export interface OrderFilterInput {
  statuses?: readonly OrderStatus[] | null;
  buyerId?: string | null;
}

/** Which orders to list; null leaves nothing out. */
export interface OrderCriteria {
  buyerId: string | null;
  statuses: readonly OrderStatus[] | null;
}

/** The criteria of a list, written the same for the same filter, so that its cursors fit. */
export function checkedFilter(filter: OrderFilterInput | null | undefined): OrderCriteria {
  const { statuses = null, buyerId = null } = filter ?? {};
  if (buyerId !== null && !isIdOf('usr', buyerId)) {
    throw badInput('This id is of something else.', ['filter', 'buyerId']);
  }
  return { buyerId, statuses: statuses && [...new Set(statuses)].sort() };
}

/** The same of one buyer's orders alone: those of anybody else are none of theirs. */
export const ofBuyer = (criteria: OrderCriteria, buyerId: string): OrderCriteria =>
  criteria.buyerId === null || criteria.buyerId === buyerId
    ? { ...criteria, buyerId }
    : { buyerId, statuses: [] };
