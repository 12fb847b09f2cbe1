import { requireViewer } from '@souk/runtime/domain';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Notification } from '../domain/notification.ts';

/** Loaded after the commit, so every payload shows what is stored. */
async function notificationsAfter(ids: readonly string[], context: Context) {
  context.reload();
  const loaded = await context.loaders.notification.loadMany(ids);
  return loaded.filter((one): one is Notification => one !== null && !(one instanceof Error));
}

const viewerOf = ({ viewer }: Context) => ({ id: requireViewer(viewer).userId });

export const Mutation: MutationResolvers = {
  markNotificationsRead: async (_, input, context) => {
    const ids = await context.useCases.markNotificationsRead(input);
    const notifications = await notificationsAfter(ids, context);
    return { viewer: viewerOf(context), notifications, errors: [] };
  },
  dismissNotification: async (_, input, context) => {
    const dismissed = await context.useCases.dismissNotification(input);
    context.reload();
    return { viewer: viewerOf(context), notifications: [dismissed], errors: [] };
  },
  updateNotificationPreferences: async (_, { input }, context) => {
    await context.useCases.updateNotificationPreferences(input);
    return { preferences: { userId: viewerOf(context).id }, errors: [] };
  },
};
