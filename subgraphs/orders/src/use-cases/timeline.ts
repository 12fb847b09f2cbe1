import type { NewId } from '@souk/runtime/domain';
import type { Order } from '../domain/order.ts';
import type { TimelineDetails, TimelineKind } from '../domain/timeline.ts';
import type { Stores } from '../persistence/stores.ts';

export interface Happened {
  order: Pick<Order, 'id'>;
  kind: TimelineKind;
  now: Date;
  sellerOrderId?: string | null;
  actorId?: string | null;
  /** What somebody wrote about it. */
  remark?: string | null | undefined;
  details?: Omit<TimelineDetails, 'remark'>;
}

/** Writes down what happened to an order, for people to read. */
export async function note(
  { timeline }: Pick<Stores, 'timeline'>,
  { newId }: { newId: NewId },
  { order, now, sellerOrderId = null, actorId = null, remark, details, kind }: Happened,
): Promise<void> {
  await timeline.add({
    id: newId('tle'),
    orderId: order.id,
    sellerOrderId,
    kind,
    actorId,
    occurredAt: now,
    details: { ...details, ...(remark == null ? {} : { remark }) },
  });
}
