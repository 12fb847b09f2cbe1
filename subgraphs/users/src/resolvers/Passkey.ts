import type { PasskeyResolvers } from '../__generated__/resolvers.ts';

export const Passkey: PasskeyResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownPasskey.load(id),
};
