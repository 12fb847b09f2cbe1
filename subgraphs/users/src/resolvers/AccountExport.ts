import { SUBGRAPHS } from '@souk/runtime/events';
import type { AccountExportResolvers } from '../__generated__/resolvers.ts';

export const AccountExport: AccountExportResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownExport.load(id),
  progress: async ({ id, status }, _, { stores }) => {
    if (status !== 'RUNNING') return status === 'SUCCEEDED' ? 1 : null;
    // What is left when all have answered is the file itself.
    return (await stores.exports.answersTo(id)) / (SUBGRAPHS.length + 1);
  },
  media: ({ mediaId }, _, { loaders }) => (mediaId === null ? null : loaders.media.load(mediaId)),
};
