import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import { readsEverything } from '../domain/actor.ts';
import { mayNotManageSellers } from '../domain/errors.ts';
import type { Seller, SellerStatus } from '../domain/seller.ts';
import type { SellerConnectionModel } from './models.ts';

/** A page of the sellers of a status, newest first; of others than those who sell, staff alone. */
export async function sellerList(
  { status: asked, ...args }: PageArguments & { status?: SellerStatus | null },
  { stores, cursors, viewer }: Context,
): Promise<SellerConnectionModel> {
  const status = asked ?? 'ACTIVE';
  if (status !== 'ACTIVE' && !readsEverything(viewer)) throw mayNotManageSellers();
  const purpose = `sellers:${status}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.sellers.page({ status, before: page.from, limit: page.limit + 1 });
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }: Seller) => id }),
    counted: { status },
  };
}
