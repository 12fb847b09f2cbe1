import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { CATALOG_STREAM } from '@souk/runtime/events';
import { operationSelects } from '@souk/runtime/graphql';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { checkedCriteria } from '../domain/listing.ts';
import { PRODUCT_STATUSES } from '../domain/product.ts';
import { skuLoadKey } from '../persistence/loaders.ts';
import { productList } from './product-list.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: whoever asks gets their own and nobody else's. */
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  listings: async ({ id: sellerId }, { query, filter, ...args }, context, info) => {
    const wanted = checkedCriteria(query, filter, PRODUCT_STATUSES);
    const sellerIds = (wanted.sellerIds ?? [sellerId]).filter((id) => id === sellerId);
    if (operationSelects(info, 'catalogHead')) await context.headOf(CATALOG_STREAM);
    return productList({ criteria: { ...wanted, sellerIds }, ...args }, context);
  },
  variant: ({ id: sellerId }, { sku }, { loaders }) =>
    loaders.variantBySku.load(skuLoadKey({ sellerId, sku })),
};
