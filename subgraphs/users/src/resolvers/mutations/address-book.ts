import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import type { Context } from '../../context.ts';
import { ownViewer } from '../own-viewer.ts';

/** Where an account has parcels sent. */
export const addressBook: Pick<
  MutationResolvers,
  'createAddress' | 'updateAddress' | 'deleteAddress'
> = {
  createAddress: async (_, args, context) => {
    const { id, replayed } = await context.useCases.createAddress(args);
    return { ...(await savedAddress(id, context)), replayed, errors: [] };
  },
  updateAddress: async (_, args, context) => {
    await context.useCases.updateAddress(args);
    return { ...(await savedAddress(args.addressId, context)), errors: [] };
  },
  deleteAddress: async (_, { addressId }, context) => {
    await context.useCases.deleteAddress(addressId);
    return { deletedId: addressId, viewer: await ownViewer(context), errors: [] };
  },
};

async function savedAddress(id: string, context: Context) {
  const [address, viewer] = await Promise.all([
    context.loaders.ownAddress.load(id),
    ownViewer(context),
  ]);
  return { address, viewer };
}
