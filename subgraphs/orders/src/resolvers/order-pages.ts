import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { OrderConnectionModel } from './models.ts';

/** A page of orders, newest first. */
export async function pageOfOrders(
  {
    buyerId,
    status,
    ...args
  }: PageArguments & { buyerId: string | null; status?: readonly OrderStatus[] | null },
  { cursors, stores }: Context,
): Promise<OrderConnectionModel> {
  const statuses = status == null ? null : [...new Set(status)].sort();
  const purpose = `orders:${buyerId ?? 'all'}:${statuses?.join() ?? 'all'}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const criteria = { buyerId, statuses };
  const rows = await stores.orders.page(criteria, { before: page.from, limit: page.limit + 1 });
  const connection = connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  return { ...connection, counted: criteria };
}
