import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { OrderCriteria } from '../domain/order-filter.ts';
import type { OrderConnectionModel } from './models.ts';

/** A page of orders, newest first. */
export async function pageOfOrders(
  criteria: OrderCriteria,
  args: PageArguments,
  { cursors, stores }: Context,
): Promise<OrderConnectionModel> {
  const purpose = `orders:${JSON.stringify(criteria)}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.orders.page(criteria, { before: page.from, limit: page.limit + 1 });
  const connection = connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  return { ...connection, counted: criteria };
}
