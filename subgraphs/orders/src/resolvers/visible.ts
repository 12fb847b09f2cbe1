import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { canonicalOrderNumber, canonicalPartNumber } from '../domain/order-number.ts';
import { maySee } from '../domain/permissions.ts';
import { isStaff, worksFor } from '../domain/selling/seller.ts';
import type { StoredOrder } from '../persistence/order-store.ts';
import type { StoredSellerOrder } from '../persistence/seller-order-store.ts';
import { isBuyer } from '../use-cases/guest-access.ts';

export interface OrderReference {
  id?: string | null | undefined;
  number?: string | null | undefined;
  guestToken?: string | null | undefined;
}

/** The order, if the viewer may see it. The same answer for root fields and references. */
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

/** Whether the viewer works for a seller; staff see what sellers see. */
export async function seesDesk(sellerId: string, { viewer, loaders }: Context): Promise<boolean> {
  if (!viewer) return false;
  if (isStaff(viewer)) return true;
  return worksForSeller(sellerId, { viewer, loaders });
}

export async function worksForSeller(
  sellerId: string,
  { viewer, loaders }: Pick<Context, 'viewer' | 'loaders'>,
): Promise<boolean> {
  if (!viewer) return false;
  const memberships = await loaders.sellersOfUser.load(viewer.userId);
  return worksFor(
    viewer,
    sellerId,
    memberships.map((membership) => membership.sellerId),
  );
}

/** A seller's part of an order, when the viewer may see the order or works for the seller. */
export async function visibleSellerOrder(
  { id, number }: { id?: string | null | undefined; number?: string | null | undefined },
  context: Context,
): Promise<StoredSellerOrder | null> {
  const { loaders, viewer } = context;
  const part =
    id != null
      ? isIdOf('sor', id) && (await loaders.sellerOrder.load(id))
      : number != null && (await partByNumber(number, context));
  if (!part) return null;
  return maySee(viewer, part) || (await seesDesk(part.sellerId, context)) ? part : null;
}

async function partByNumber(typed: string, { stores }: Context) {
  const number = canonicalPartNumber(typed);
  return number === null ? null : (await stores.sellerOrders.findManyByNumber([number]))[0];
}

function byNumber(typed: string, { orderByNumber }: Context['loaders']) {
  const number = canonicalOrderNumber(typed);
  return number === null ? null : orderByNumber.load(number);
}
