import type { MutationResolvers } from '../../__generated__/resolvers.ts';
import { ownViewer } from '../own-viewer.ts';

/** What others see of an account, and what it may do. */
export const profile: Pick<
  MutationResolvers,
  'updateProfile' | 'setUserRoles' | 'suspendUser' | 'unsuspendUser'
> = {
  updateProfile: async (_, { input }, context) => {
    await context.useCases.updateProfile(input);
    const viewer = await ownViewer(context);
    return { viewer, user: viewer?.account ?? null, errors: [] };
  },
  setUserRoles: async (_, args, { useCases, loaders }) => {
    const roles = await useCases.setUserRoles(args);
    return { user: await loaders.account.load(args.userId), roles: [...roles], errors: [] };
  },
  suspendUser: async (_, args, { useCases, loaders }) => {
    await useCases.suspendUser(args);
    return { user: await loaders.account.load(args.userId), errors: [] };
  },
  unsuspendUser: async (_, { userId }, { useCases, loaders }) => {
    await useCases.unsuspendUser(userId);
    return { user: await loaders.account.load(userId), errors: [] };
  },
};
