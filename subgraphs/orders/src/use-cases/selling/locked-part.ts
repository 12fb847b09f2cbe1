import { isIdOf, type Viewer } from '@souk/runtime/domain';
import { notTheSeller, sellerOrderNotFound } from '../../domain/errors.ts';
import type { Order, OrderLine, SellerOrder } from '../../domain/order.ts';
import { isStaff, worksFor } from '../../domain/selling/seller.ts';
import type { OrdersTransaction } from '../deps.ts';
import { isBuyer } from '../guest-access.ts';

/** A seller's part of an order whose order is locked. */
export interface LockedPart {
  order: Order;
  part: SellerOrder;
  lines: OrderLine[];
}

type Path = readonly string[];

/** Locks the order of a part; null when there is no such part. */
export async function lockPart(
  { orders, sellerOrders }: Pick<OrdersTransaction, 'orders' | 'sellerOrders'>,
  id: string,
): Promise<LockedPart | null> {
  const [known] = isIdOf('sor', id) ? await sellerOrders.findMany([id]) : [];
  const order = known && (await orders.lock(known.orderId));
  const [part] = order ? await sellerOrders.findMany([id]) : [];
  return order && part ? { order, part, lines: await sellerOrders.linesOf([id]) } : null;
}

/** The part, locked, for whoever works for its seller; its buyer is refused as `NOT_THE_SELLER`, others find nothing. */
export async function lockPartOfSeller(
  stores: OrdersTransaction,
  viewer: Viewer,
  id: string,
  path: Path,
): Promise<LockedPart> {
  const locked = await lockPart(stores, id);
  if (!locked) throw sellerOrderNotFound(path);
  const memberships = await stores.sellers.membershipsOf([viewer.userId]);
  const sellerIds = memberships.map(({ sellerId }) => sellerId);
  if (worksFor(viewer, locked.part.sellerId, sellerIds)) return locked;
  if (locked.order.buyerId === viewer.userId || isStaff(viewer)) throw notTheSeller(path);
  throw sellerOrderNotFound(path);
}

/** The part, locked, for its buyer; anybody else finds nothing. */
export async function lockPartOfBuyer(
  stores: OrdersTransaction,
  asker: { viewer: Viewer | null; guestToken?: string | null | undefined },
  id: string,
  { now, path }: { now: Date; path: Path },
): Promise<LockedPart> {
  const locked = await lockPart(stores, id);
  if (!locked || !(await isBuyer(stores, asker, locked.order, now))) {
    throw sellerOrderNotFound(path);
  }
  return locked;
}
