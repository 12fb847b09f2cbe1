import type { CurrentThings } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { visibleOrder } from './visible.ts';

/** The order as it is stored by now. */
export async function orderNow(id: string, context: Context) {
  context.reload();
  return { order: await visibleOrder({ id }, context) };
}

/** What a step that met a conflict shows: how the order is. */
export const current: CurrentThings = {
  cancelOrder: ({ orderId }: { orderId: string }, context: Context) => orderNow(orderId, context),
};
