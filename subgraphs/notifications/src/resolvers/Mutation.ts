import { requireViewer } from '@souk/runtime/domain';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';

/** Loaded after the commit, so every payload shows what is stored. */
function viewerAfter(context: Context) {
  context.reload();
  return { id: requireViewer(context.viewer).userId };
}

/** An endpoint in its current state; who may change it was checked before. */
async function endpointAfter(id: string, context: Context) {
  context.reload();
  return { endpoint: await context.loaders.webhookEndpoint.load(id), errors: [] };
}

/** The viewer's notices in their current state, in the order in which they were named. */
async function noticesAfter(ids: readonly string[], context: Context) {
  const viewer = viewerAfter(context);
  const loaded = await Promise.all(ids.map((id) => context.loaders.notification.load(id)));
  return { viewer, notifications: loaded.filter((one) => one !== null), errors: [] };
}

export const Mutation: MutationResolvers = {
  markNotificationsUnread: async (_, { notificationIds }, context) => {
    await context.useCases.markNotificationsUnread(notificationIds);
    return noticesAfter(notificationIds, context);
  },
  markNotificationsSeen: async (_, { upTo }, context) => {
    await context.useCases.markNotificationsSeen(upTo);
    return { viewer: viewerAfter(context), errors: [] };
  },
  archiveNotifications: async (_, { notificationIds }, context) => {
    await context.useCases.archiveNotifications(notificationIds);
    return noticesAfter(notificationIds, context);
  },
  snoozeNotification: async (_, snooze, context) => {
    await context.useCases.snoozeNotification(snooze);
    const { viewer, notifications } = await noticesAfter([snooze.notificationId], context);
    return { viewer, notification: notifications[0] ?? null, errors: [] };
  },
  unsubscribeByToken: async (_, { token }, { useCases }) => {
    await useCases.unsubscribe(token);
    return { unsubscribed: true, errors: [] };
  },
  registerDevice: async (_, { input }, context) => {
    const id = await context.useCases.registerDevice(input);
    const viewer = viewerAfter(context);
    return { device: await context.loaders.device.load(id), viewer, errors: [] };
  },
  removeDevice: async (_, { deviceId }, context) => {
    await context.useCases.removeDevice(deviceId);
    return { deletedId: deviceId, viewer: viewerAfter(context), errors: [] };
  },
  setSmsNumber: async (_, form, context) => {
    await context.useCases.setSmsNumber(form, context.clientAddress);
    return { viewer: viewerAfter(context), errors: [] };
  },
  confirmSmsNumber: async (_, form, context) => {
    await context.useCases.confirmSmsNumber(form);
    return { viewer: viewerAfter(context), errors: [] };
  },
  removeSmsNumber: async (_, __, context) => {
    await context.useCases.removeSmsNumber();
    return { viewer: viewerAfter(context), errors: [] };
  },
  createWebhookEndpoint: async (_, request, context) => {
    const { id, ...shown } = await context.useCases.createWebhookEndpoint(request);
    return { ...(await endpointAfter(id, context)), ...shown };
  },
  updateWebhookEndpoint: async (_, change, context) => {
    await context.useCases.updateWebhookEndpoint(change);
    return endpointAfter(change.webhookEndpointId, context);
  },
  rotateWebhookSecret: async (_, request, context) => {
    const { id, ...shown } = await context.useCases.rotateWebhookSecret(request);
    return { ...(await endpointAfter(id, context)), ...shown };
  },
  deleteWebhookEndpoint: async (_, { webhookEndpointId }, { useCases }) => {
    await useCases.deleteWebhookEndpoint(webhookEndpointId);
    return { deletedId: webhookEndpointId, errors: [] };
  },
  replayWebhooks: async (_, request, context) => {
    const queued = await context.useCases.replayWebhooks(request);
    return { ...(await endpointAfter(request.webhookEndpointId, context)), queued };
  },
  watch: async (_, { input }, context) => {
    await context.useCases.watch(input);
    context.reload();
    return { entity: { id: input.entityId }, errors: [] };
  },
  unwatch: async (_, { entityId }, context) => {
    await context.useCases.unwatch(entityId);
    context.reload();
    return { entity: { id: entityId }, errors: [] };
  },
  sendTestNotification: async (_, tried, context) => {
    const id = await context.useCases.sendTestNotification(tried);
    context.reload();
    return { notification: await context.loaders.notification.load(id), errors: [] };
  },
  retryEmail: async (_, { emailMessageId }, context) => {
    await context.useCases.retryEmail(emailMessageId);
    context.reload();
    return { email: await context.loaders.email.load(emailMessageId), errors: [] };
  },
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
