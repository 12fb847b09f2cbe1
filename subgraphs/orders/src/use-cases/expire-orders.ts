import { type DueWork, workThrough } from '@souk/runtime/process';
import { isExpired } from '../domain/reservation.ts';
import { callOff } from './change-status.ts';
import type { OrdersDeps } from './deps.ts';

/**
 * Calls off orders whose time is up, so that nobody's stock is set aside for ever; gives how many it
 * looked at. Each in a transaction of its own: one that is paid or called off meanwhile is left alone, and one that
 * fails holds up no other.
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
