import { newId } from '@souk/runtime/domain';
import type { Stores } from '../../src/persistence/stores.ts';

interface DeliveredOrder {
  sequence: number;
  payload: { orderId: string; buyerId: string };
}

/** The mutant: whatever is told becomes a notice, whoever told it before. */
export async function raiseEachTime(
  { notifications }: Stores,
  { sequence, payload: { orderId, buyerId } }: DeliveredOrder,
): Promise<void> {
  await notifications.raise(
    {
      ...{ kind: 'ORDER_STATUS', subject: null, title: 'Order', body: 'Paid', actorId: null },
      ...{ roomId: null, messageId: null, orderId, target: null, words: null },
      ...{ sequence, at: new Date() },
    },
    [{ userId: buyerId, newId: newId('ntf') }],
  );
}
