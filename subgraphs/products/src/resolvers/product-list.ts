import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import { effectiveSort, type ListingCriteria, type ProductSort } from '../domain/listing.ts';
import { draftsVisibleTo } from '../domain/permissions.ts';
import type { ListingPosition } from '../persistence/listing-store.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import type { ProductConnectionModel } from './models.ts';

/** A page of the products that meet the criteria and that the viewer may see. */
export async function productList(
  {
    criteria,
    sort,
    ...args
  }: PageArguments & { criteria: ListingCriteria; sort: ProductSort | null | undefined },
  context: Context,
): Promise<ProductConnectionModel> {
  const { stores, cursors } = context;
  const order = effectiveSort(sort, criteria);
  const purpose = `products:${order}:${JSON.stringify(criteria)}`;
  const page = pageOf<ListingPosition>(args, { cursors, purpose });
  const rows = await stores.listings.page({
    criteria,
    drafts: draftsVisibleTo(await actorOfViewer(context)),
    sort: order,
    after: page.from,
    limit: page.limit + 1,
  });
  const { edges, pageInfo } = connectionOf(rows, page, {
    cursors,
    purpose,
    positionOf: ({ position }) => position,
  });
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: node.product })),
    pageInfo,
    counted: { criteria },
  };
}
