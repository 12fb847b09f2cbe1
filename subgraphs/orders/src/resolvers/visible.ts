import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { canonicalOrderNumber } from '../domain/order-number.ts';
import { maySee } from '../domain/permissions.ts';
import type { StoredOrder } from '../persistence/order-store.ts';

/** The order, when the viewer may see it. The same answer for root fields and references. */
export async function visibleOrder(
  { id, number }: { id?: string | null; number?: string | null },
  { loaders, viewer }: Context,
): Promise<StoredOrder | null> {
  const order =
    id != null
      ? isIdOf('ord', id) && (await loaders.order.load(id))
      : number != null && (await byNumber(number, loaders));
  return order && maySee(viewer, order) ? order : null;
}

function byNumber(typed: string, { orderByNumber }: Context['loaders']) {
  const number = canonicalOrderNumber(typed);
  return number === null ? null : orderByNumber.load(number);
}
