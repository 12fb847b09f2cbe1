import type { MutationResolvers } from '../../__generated__/resolvers.ts';

/** Keys for an account's programs. */
export const apiKeys: Pick<MutationResolvers, 'createApiKey' | 'revokeApiKey'> = {
  createApiKey: async (_, { input }, { useCases, loaders }) => {
    const { id, secret, replayed } = await useCases.createApiKey(input);
    return { apiKey: await loaders.ownApiKey.load(id), secret, replayed, errors: [] };
  },
  revokeApiKey: async (_, { apiKeyId }, { useCases, loaders }) => {
    await useCases.revokeApiKey(apiKeyId);
    return { apiKey: await loaders.ownApiKey.load(apiKeyId), errors: [] };
  },
};
