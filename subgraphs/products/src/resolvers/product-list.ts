import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import { effectiveSort, type ListingCriteria, type ProductSort } from '../domain/listing.ts';
import { draftsVisibleTo } from '../domain/permissions.ts';
import type { Total } from '../persistence/found-totals.ts';
import type { ListingPosition } from '../persistence/listing-store.ts';
import { listingKey, listingPageKey } from '../persistence/loaders.ts';
import type { ListingRequest } from '../persistence/requested-shelves.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import type { ProductConnectionModel } from './models.ts';

/** Where a page continues, and with which words, if they are not the requested ones. */
type Position = readonly [...ListingPosition, correctedQuery?: string];

/** A page of the products that match the criteria and that the viewer may see. */
export async function productList(
  {
    criteria,
    sort,
    ...args
  }: PageArguments & { criteria: ListingCriteria; sort: ProductSort | null | undefined },
  context: Context,
): Promise<ProductConnectionModel> {
  const { stores, loaders, cursors } = context;
  const drafts = draftsVisibleTo(await actorOfViewer(context));
  const order = effectiveSort(sort, criteria);
  const purpose = `products:${order}:${JSON.stringify(criteria)}`;
  const page = pageOf<Position>(args, { cursors, purpose });
  const read = async (query: string | null) => {
    const after = page.from && ([page.from[0], page.from[1]] as const);
    const request = { criteria: { ...criteria, query }, drafts, sort: order, after };
    const key = listingPageKey({ ...request, limit: page.limit + 1 });
    return (await loaders.listingPage.load(key))?.products ?? [];
  };
  // Following pages use the words by which the first page was found.
  let correctedQuery = page.from?.[2] ?? null;
  let rows = await read(correctedQuery ?? criteria.query);
  if (rows.length === 0 && page.from === null && criteria.query !== null) {
    correctedQuery = await stores.words.corrected(criteria.query);
    if (correctedQuery !== null) rows = await read(correctedQuery);
  }
  const { edges, pageInfo } = connectionOf(rows, page, {
    cursors,
    purpose,
    positionOf: ({ position }): Position =>
      correctedQuery === null ? position : [...position, correctedQuery],
  });
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: node.product })),
    pageInfo,
    correctedQuery,
    counted: { criteria: { ...criteria, query: correctedQuery ?? criteria.query } },
  };
}

/** How many products match the criteria, of those that may be seen. */
export const totalOfList = async (request: ListingRequest, { loaders }: Context): Promise<Total> =>
  (await loaders.countOfListing.load(listingKey(request))) ?? { count: 0, exact: true };
