import type { NotificationExplanationResolvers } from '../__generated__/resolvers.ts';

export const NotificationExplanation: NotificationExplanationResolvers = {
  message: ({ messageId }) => ({ id: messageId }),
  notification: ({ notificationId }, _, { loaders }) =>
    notificationId === null ? null : loaders.notification.load(notificationId),
  deliveries: ({ deliveries }) => [...deliveries],
};
