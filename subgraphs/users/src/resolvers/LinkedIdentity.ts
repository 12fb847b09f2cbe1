import type { LinkedIdentityResolvers } from '../__generated__/resolvers.ts';

export const LinkedIdentity: LinkedIdentityResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownIdentity.load(id),
  provider: ({ provider }, _, { services: { identityProviders } }) =>
    identityProviders.list.find(({ name }) => name === provider) ?? null,
};
