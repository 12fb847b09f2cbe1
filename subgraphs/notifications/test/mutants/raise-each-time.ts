import { newId } from '@souk/runtime/domain';
import type { Stores } from '../../src/persistence/stores.ts';

interface DeliveredOrder {
  sequence: number;
  payload: { orderId: string; buyerId: string };
}

/** The mutant: every announcement becomes a notice, even a repeated one. */
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
