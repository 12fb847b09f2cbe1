import type { ProductConnectionResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { FACET_KINDS, facetsOf, MAX_BUCKETS, withoutFacet } from '../domain/facets.ts';
import { checkedCriteria } from '../domain/listing.ts';
import { draftsVisibleTo } from '../domain/permissions.ts';
import type { Total } from '../persistence/found-totals.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import type { ProductConnectionModel } from './models.ts';
import { totalOfList } from './product-list.ts';

export const ProductConnection: ProductConnectionResolvers = {
  correctedQuery: ({ correctedQuery }) => correctedQuery ?? null,
  facets: async ({ counted }, _, context) => {
    const criteria =
      'sellerId' in counted
        ? checkedCriteria(null, { sellerIds: [counted.sellerId] })
        : counted.criteria;
    const drafts = draftsVisibleTo(await actorOfViewer(context));
    const found = await Promise.all(
      FACET_KINDS.map(async (kind) => {
        const request = { criteria: withoutFacet(criteria, kind), drafts };
        const values = await context.stores.facets.count(kind, request, MAX_BUCKETS);
        return facetsOf(kind, values, criteria);
      }),
    );
    return found.flat();
  },
  totalCount: async (list, _, context) => (await totalOf(list, context)).count,
  totalCountExact: async (list, _, context) => (await totalOf(list, context)).exact,
};

async function totalOf({ counted }: ProductConnectionModel, context: Context): Promise<Total> {
  if ('sellerId' in counted) {
    const total = await context.loaders.countOfSeller.load(counted.sellerId);
    return { count: total?.count ?? 0, exact: true };
  }
  const drafts = draftsVisibleTo(await actorOfViewer(context));
  return totalOfList({ ...counted, drafts }, context);
}
