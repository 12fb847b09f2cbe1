import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import type { SellerMember } from '../domain/seller.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: viewers can only get their own. */
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  sellerMemberships: async ({ id: userId }, args, { loaders, cursors }) => {
    const purpose = `memberships:${userId}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const all = await loaders.membershipsOfUser.load(userId);
    const { from } = page;
    const behind = all.filter(({ sellerId }) => from === null || sellerId > from);
    const positionOf = ({ sellerId }: SellerMember) => sellerId;
    const connection = connectionOf(behind, page, { cursors, purpose, positionOf });
    return { ...connection, totalCount: all.length };
  },
};
