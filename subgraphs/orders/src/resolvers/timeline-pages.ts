import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';

/** A page of what happened to an order, the oldest first. */
export async function pageOfTimeline(
  orderId: string,
  args: PageArguments,
  { cursors, stores }: Context,
) {
  const purpose = `timeline:${orderId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.timeline.page(orderId, { after: page.from, limit: page.limit + 1 });
  return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
}
