import { deskIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { SellerResolvers } from '../__generated__/resolvers.ts';
import { checkedCriteria } from '../domain/listing.ts';
import { ratingOf } from '../domain/review.ts';
import { maySeeDesk } from '../domain/seller-permissions.ts';
import { sellerPageKey } from '../persistence/loaders.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { productList } from './product-list.ts';
import { visibleSeller } from './visible.ts';

export const Seller: SellerResolvers = {
  __resolveReference: ({ id }, context) => visibleSeller({ id }, context),
  products: async ({ id: sellerId }, { query, filter, sort, ...args }, context) => {
    const { loaders, cursors } = context;
    if (query != null || filter != null || (sort != null && sort !== 'NEWEST')) {
      const criteria = checkedCriteria(query, { ...filter, sellerIds: [sellerId] });
      return productList({ criteria, sort, ...args }, context);
    }
    // Without a filter, the pages of many sellers are read at once.
    const purpose = `productsOfSeller:${sellerId}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const rows = await loaders.listingsOfSeller.load(
      sellerPageKey({ sellerId, after: page.from, limit: page.limit + 1 }),
    );
    const products = rows.map(({ product }) => product);
    return {
      ...connectionOf(products, page, { cursors, purpose, positionOf: ({ id }) => id }),
      counted: { sellerId },
    };
  },
  logo: ({ logoMediaId }) => (logoMediaId === null ? null : { id: logoMediaId }),
  rating: async ({ id }, _, { loaders }) => ratingOf((await loaders.starsOfSeller.load(id))?.stars),
  desk: async ({ id: sellerId }, _, context) => {
    const actor = await actorOfViewer(context);
    return maySeeDesk(actor, { sellerId }) ? { id: deskIdOf(sellerId), sellerId } : null;
  },
};
