import type { ProductConnectionResolvers } from '../__generated__/resolvers.ts';
import { FACET_KINDS, facetsOf, MAX_BUCKETS, withoutFacet } from '../domain/facets.ts';
import { checkedCriteria } from '../domain/listing.ts';
import { draftsVisibleTo } from '../domain/permissions.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { countOfList } from './product-list.ts';

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
  totalCount: async ({ counted }, _, context) => {
    if ('sellerId' in counted) {
      return (await context.loaders.countOfSeller.load(counted.sellerId))?.count ?? 0;
    }
    const drafts = draftsVisibleTo(await actorOfViewer(context));
    return countOfList({ ...counted, drafts }, context);
  },
};
