import { deskIdOf, pairId, pairOf } from '@souk/runtime/domain';
import type { SellerMemberResolvers } from '../__generated__/resolvers.ts';
import { maySeeDesk } from '../domain/seller-permissions.ts';
import { actorOfViewer } from './actor-of-viewer.ts';

export const SellerMember: SellerMemberResolvers = {
  __resolveReference: async ({ id }, context) => {
    const [sellerId, userId] = pairOf('smb', id, ['sel', 'usr']) ?? [];
    if (sellerId === undefined || !maySeeDesk(await actorOfViewer(context), { sellerId }))
      return null;
    const members = await context.loaders.membersOfSeller.load(sellerId);
    return members.find((member) => member.userId === userId) ?? null;
  },
  id: ({ sellerId, userId }) => pairId('smb', sellerId, userId),
  seller: async ({ sellerId }, _, { loaders }) => {
    const seller = await loaders.seller.load(sellerId);
    if (!seller) throw new Error(`A member of no seller ${sellerId}.`);
    return seller;
  },
  desk: async ({ sellerId }, _, context) =>
    maySeeDesk(await actorOfViewer(context), { sellerId })
      ? { id: deskIdOf(sellerId), sellerId }
      : null,
  user: ({ userId }) => ({ id: userId }),
};
