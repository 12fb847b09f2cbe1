import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import { ownViewer } from '../own-viewer.ts';

/** Taking one's data along, and the end of an account. */
export const deletion: Pick<
  MutationResolvers,
  'exportAccount' | 'deleteAccount' | 'cancelAccountDeletion'
> = {
  exportAccount: async (_, __, { useCases }) => ({
    export: await useCases.exportAccount(),
    errors: [],
  }),
  deleteAccount: async (_, __, context) => {
    await context.useCases.deleteAccount();
    return { viewer: await ownViewer(context), errors: [] };
  },
  cancelAccountDeletion: async (_, __, context) => {
    await context.useCases.cancelAccountDeletion();
    return { viewer: await ownViewer(context), errors: [] };
  },
};
