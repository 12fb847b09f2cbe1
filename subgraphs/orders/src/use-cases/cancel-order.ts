import { isIdOf, type Viewer } from '@souk/runtime/domain';
import { orderNotFound } from '../domain/errors.ts';
import { isSoonAfter } from '../domain/order-limits.ts';
import { mayCancel } from '../domain/permissions.ts';
import { callOff } from './change-status.ts';
import { countAsFutile } from './count-orders.ts';
import type { OrdersDeps } from './deps.ts';

export interface CancelOrderInput {
  orderId: string;
  reason?: string | null;
  idempotencyKey?: string | null;
}

/** Calls an order off. One that is off already stays so, and no event is recorded again. */
export async function cancelOrder(
  { transaction, clock, config }: OrdersDeps,
  viewer: Viewer,
  input: CancelOrderInput,
): Promise<{ replayed: boolean }> {
  const { orderId, reason = null } = input;
  const request = {
    scope: `cancelOrder:${viewer.userId}`,
    key: input.idempotencyKey,
    path: ['idempotencyKey'],
    input,
  };
  const { result, replayed } = await transaction((stores) =>
    stores.idempotency.once(request, async () => {
      const order = isIdOf('ord', orderId) ? await stores.orders.lock(orderId) : null;
      if (!order || !mayCancel(viewer, order)) throw orderNotFound(['orderId']);
      if (order.status === 'CANCELLED') return { wasOff: true };
      const now = clock();
      // Before any event is recorded: placing an order takes its locks in the same order.
      if (isSoonAfter(order, now, config)) await countAsFutile(stores, order, { config, now });
      await callOff(stores, order, { reason, now }, config);
      return { wasOff: false };
    }),
  );
  return { replayed: replayed || result.wasOff };
}
