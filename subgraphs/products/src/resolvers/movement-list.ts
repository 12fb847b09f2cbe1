import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';

/** A page of the ledger of a variant, or of everything that a seller has, for viewers who may read it. */
export async function movementList(
  of: { variantId: string } | { sellerId: string },
  args: PageArguments,
  { cursors, stores }: Context,
) {
  const purpose = `movements:${'variantId' in of ? of.variantId : of.sellerId}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.stock.movementsOf(of, { before: page.from, limit: page.limit + 1 });
  return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
}
