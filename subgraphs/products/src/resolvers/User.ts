import { isIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { UserResolvers } from '../__generated__/resolvers.ts';
import { sellerPageKey } from '../persistence/loaders.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => (isIdOf('usr', id) ? { id } : null),
  listings: async ({ id: sellerId }, args, { loaders, cursors }) => {
    const purpose = `listings:${sellerId}`;
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
};
