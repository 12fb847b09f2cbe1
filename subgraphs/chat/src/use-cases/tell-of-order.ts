import type { TransactionTools } from '@souk/runtime/events';
import type { OrderStep } from '../domain/system-message.ts';
import type { Stores } from '../persistence/stores.ts';
import { postSystemMessage } from './post-system-message.ts';

/** Reports in the rooms in which a buyer asks about an order, or about a part of it, what became of it; there may be none. */
export async function tellOfOrder(
  stores: Pick<Stores, 'support' | 'systemMessages'> & TransactionTools,
  /** An order, and the part of it that this is about. */
  ids: readonly string[],
  { orderStep, at }: { orderStep: OrderStep; at: Date },
): Promise<void> {
  const rooms = await stores.support.ofOrders(ids);
  for (const roomId of rooms.map(({ roomId }) => roomId).sort()) {
    await postSystemMessage(stores, roomId, { change: 'ORDER', orderStep }, at);
  }
}
