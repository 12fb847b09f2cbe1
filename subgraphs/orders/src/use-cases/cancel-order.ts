import { isIdOf, type Viewer } from '@souk/runtime/domain';
import { orderNotFound } from '../domain/errors.ts';
import { isSoonAfter } from '../domain/order-limits.ts';
import { mayCancelAsStaff } from '../domain/permissions.ts';
import { callOff } from './change-status.ts';
import { countAsFutile } from './count-orders.ts';
import type { OrdersDeps } from './deps.ts';
import { isBuyer, scopeOfGuest } from './guest-access.ts';

export interface CancelOrderInput {
  orderId: string;
  guestToken?: string | null;
  reason?: string | null;
  idempotencyKey?: string | null;
}

/** Cancels an order. A cancelled one stays so, and no event is recorded again. */
export async function cancelOrder(
  { transaction, clock, config, newId }: OrdersDeps,
  viewer: Viewer | null,
  input: CancelOrderInput,
): Promise<{ replayed: boolean }> {
  const { orderId, guestToken, reason: remark = null } = input;
  const request = {
    scope: `cancelOrder:${viewer?.userId ?? scopeOfGuest(guestToken)}`,
    key: input.idempotencyKey,
    path: ['idempotencyKey'],
    input,
  };
  const { result, replayed } = await transaction((stores) =>
    stores.idempotency.once(request, async () => {
      const order = isIdOf('ord', orderId) ? await stores.orders.lock(orderId) : null;
      const now = clock();
      const isTheirs = order && (await isBuyer(stores, { viewer, guestToken }, order, now));
      if (!order || !(isTheirs || mayCancelAsStaff(viewer))) throw orderNotFound(['orderId']);
      if (order.status === 'CANCELLED') return { wasOff: true };
      // Before any event is recorded, since placing an order takes its locks in the same order.
      if (isSoonAfter(order, now, config)) await countAsFutile(stores, order, { config, now });
      const actorId = viewer?.userId ?? null;
      const code = isTheirs ? ('CANCELLED_BY_BUYER' as const) : ('CANCELLED_BY_STAFF' as const);
      await callOff(stores, order, { reason: { code, remark }, now, actorId }, { config, newId });
      return { wasOff: false };
    }),
  );
  return { replayed: replayed || result.wasOff };
}
