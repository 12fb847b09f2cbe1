import { type DueWork, workThrough } from '@souk/runtime/process';
import { isExpired } from '../domain/reservation.ts';
import { callOff } from './change-status.ts';
import type { OrdersDeps } from './deps.ts';

/**
 * Cancels orders whose time is over, so that stock is not reserved forever; returns how many it examined.
 * Each is done in a transaction of its own: one that was paid or cancelled meanwhile is left alone, and a
 * failure does not affect the others.
 */
export function expireOrders(
  { transaction, reads, clock, config, newId }: OrdersDeps,
  given: Pick<DueWork<string>, 'atOnce' | 'stopping'> = {},
): Promise<number> {
  return workThrough({
    ...given,
    read: (limit) => reads.orders.expired(clock(), limit),
    work: (id) =>
      transaction(async (stores) => {
        const order = await stores.orders.lock(id);
        const now = clock();
        if (order && isExpired(order, now)) {
          const reason = { code: 'NOT_PAID_IN_TIME' as const };
          await callOff(stores, order, { reason, now }, { config, newId });
        }
      }),
  });
}
