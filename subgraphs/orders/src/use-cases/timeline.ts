import type { NewId } from '@souk/runtime/domain';
import type { Order } from '../domain/order.ts';
import type { TimelineKind } from '../domain/timeline.ts';
import type { Stores } from '../persistence/stores.ts';

/** Writes down what happened to an order, for people to read. */
export async function note(
  { timeline }: Pick<Stores, 'timeline'>,
  { newId }: { newId: NewId },
  happened: {
    order: Pick<Order, 'id'>;
    kind: TimelineKind;
    text: string;
    now: Date;
    sellerOrderId?: string | null;
    actorId?: string | null;
  },
): Promise<void> {
  const { order, kind, text, now, sellerOrderId = null, actorId = null } = happened;
  await timeline.add({
    ...{ id: newId('tle'), orderId: order.id, sellerOrderId, kind, text, actorId },
    occurredAt: now,
  });
}
