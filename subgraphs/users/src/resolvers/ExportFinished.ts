import type { ExportFinishedResolvers } from '../__generated__/resolvers.ts';

export const ExportFinished: ExportFinishedResolvers = {
  export: ({ exportId }, _, { loaders }) => loaders.ownExport.load(exportId),
};
