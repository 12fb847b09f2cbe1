import { isIdOf, type Viewer } from '@souk/runtime';
import { orderNotFound } from '../domain/errors.ts';
import { mayCancel } from '../domain/permissions.ts';
import { changeStatus } from './change-status.ts';
import type { OrdersDeps } from './deps.ts';
import { orderStream } from './order-streams.ts';

export interface CancelOrderInput {
  id: string;
  reason?: string | null;
  idempotencyKey?: string | null;
}

/** Calls an order off; products hear of it and free what they set aside. */
export async function cancelOrder(
  { transaction, clock }: OrdersDeps,
  viewer: Viewer,
  input: CancelOrderInput,
): Promise<void> {
  const { reason = null } = input;
  const request = { scope: `cancelOrder:${viewer.userId}`, key: input.idempotencyKey, input };
  await transaction(async (stores) => {
    const { orders, events, idempotency } = stores;
    await idempotency.once(request, async () => {
      const order = isIdOf('ord', input.id) ? await orders.lock(input.id) : null;
      if (!order || !mayCancel(viewer, order)) throw orderNotFound(['id']);
      await changeStatus(stores, order, { to: 'CANCELLED', reason, now: clock() });
      const { id: orderId, number, buyerId } = order;
      await events.append({
        type: 'orders.OrderCancelled',
        stream: orderStream(orderId),
        payload: { orderId, number, buyerId, reason },
      });
    });
  });
}
