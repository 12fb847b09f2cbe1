import type { AddressResolvers } from '../__generated__/resolvers.ts';

export const Address: AddressResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownAddress.load(id),
};
