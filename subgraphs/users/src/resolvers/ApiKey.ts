import type { ApiKeyResolvers } from '../__generated__/resolvers.ts';

export const ApiKey: ApiKeyResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownApiKey.load(id),
  scopes: ({ scopes }) => [...scopes],
};
