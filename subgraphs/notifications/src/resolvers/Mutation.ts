import { requireViewer } from '@souk/runtime/domain';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';

/** Loaded after the commit, so every payload shows what is stored. */
function viewerAfter(context: Context) {
  context.reload();
  return { id: requireViewer(context.viewer).userId };
}

export const Mutation: MutationResolvers = {
  markNotificationsRead: async (_, input, context) => {
    const changed = await context.useCases.markNotificationsRead(input);
    return { viewer: viewerAfter(context), changed, errors: [] };
  },
  dismissNotification: async (_, { notificationId }, context) => {
    await context.useCases.dismissNotification(notificationId);
    return { viewer: viewerAfter(context), deletedId: notificationId, errors: [] };
  },
  updateNotificationPreferences: async (_, { input }, context) => {
    await context.useCases.updateNotificationPreferences(input);
    const viewer = viewerAfter(context);
    return { viewer, preferences: { userId: viewer.id }, errors: [] };
  },
};
