import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import { readsEverything } from '../domain/actor.ts';
import { mayNotManageSellers } from '../domain/errors.ts';
import type { Seller } from '../domain/seller.ts';
import type { SellerSearch } from '../persistence/seller-store.ts';
import type { SellerConnectionModel } from './models.ts';

type Nullable<Of> = { [Field in keyof Of]: Of[Field] | null };

/**
 * A page of the sellers of a status, of those that match a query, newest first; only staff see those who are
 * not active.
 */
export async function sellerList(
  { query: words, status: asked, ...args }: PageArguments & Partial<Nullable<SellerSearch>>,
  { stores, cursors, viewer }: Context,
): Promise<SellerConnectionModel> {
  const status = asked ?? 'ACTIVE';
  if (status !== 'ACTIVE' && !readsEverything(viewer)) throw mayNotManageSellers();
  const query = words ?? null;
  const purpose = `sellers:${JSON.stringify({ status, query })}`;
  const page = pageOf<string>(args, { cursors, purpose });
  const rows = await stores.sellers.page({
    status,
    query,
    before: page.from,
    limit: page.limit + 1,
  });
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }: Seller) => id }),
    counted: { status, query },
  };
}
