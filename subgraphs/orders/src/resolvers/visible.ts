import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { canonicalOrderNumber } from '../domain/order-number.ts';
import { maySee } from '../domain/permissions.ts';
import type { StoredOrder } from '../persistence/order-store.ts';
import type { StoredSellerOrder } from '../persistence/seller-order-store.ts';
import { isBuyer } from '../use-cases/guest-access.ts';

export interface OrderReference {
  id?: string | null | undefined;
  number?: string | null | undefined;
  guestToken?: string | null | undefined;
}

/** The order, when the viewer may see it. The same answer for root fields and references. */
export async function visibleOrder(
  { id, number, guestToken }: OrderReference,
  { loaders, viewer, stores, services }: Context,
): Promise<StoredOrder | null> {
  const order =
    id != null
      ? isIdOf('ord', id) && (await loaders.order.load(id))
      : number != null && (await byNumber(number, loaders));
  if (!order) return null;
  if (maySee(viewer, order)) return order;
  const isGuest =
    guestToken != null && (await isBuyer(stores, { viewer, guestToken }, order, services.clock()));
  return isGuest ? order : null;
}

/** A seller's part of an order, when the viewer may see the order or works for the seller. */
export async function visibleSellerOrder(
  { id }: { id: string },
  context: Context,
): Promise<StoredSellerOrder | null> {
  const part = isIdOf('sor', id) ? await context.loaders.sellerOrder.load(id) : null;
  return part && maySee(context.viewer, part) ? part : null;
}

function byNumber(typed: string, { orderByNumber }: Context['loaders']) {
  const number = canonicalOrderNumber(typed);
  return number === null ? null : orderByNumber.load(number);
}
