import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import { ownViewer } from '../own-viewer.ts';

/** The end of an account. */
export const deletion: Pick<MutationResolvers, 'deleteAccount' | 'cancelAccountDeletion'> = {
  deleteAccount: async (_, __, context) => {
    await context.useCases.deleteAccount();
    return { viewer: await ownViewer(context), errors: [] };
  },
  cancelAccountDeletion: async (_, __, context) => {
    await context.useCases.cancelAccountDeletion();
    return { viewer: await ownViewer(context), errors: [] };
  },
};
