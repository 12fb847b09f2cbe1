import { requireViewer } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { WEBHOOK_EVENT_TYPES } from '../domain/webhook-events.ts';
import { explainNotification } from '../use-cases/explain-notification.ts';

export const Query: QueryResolvers = {
  viewer: (_, __, { viewer }) => ({ id: requireViewer(viewer).userId }),
  explainNotification: (_, { messageId }, { stores, viewer }) =>
    explainNotification(stores, requireViewer(viewer).userId, messageId),
  webhookEventTypes: () => [...WEBHOOK_EVENT_TYPES],
  webPushPublicKey: async (_, __, { services }) => (await services.vapidKeys()).publicKey,
  emailOutbox: async (_, { statuses: wanted, ...args }, { cursors, stores }) => {
    const statuses = wanted == null ? null : [...new Set(wanted)].sort();
    const purpose = `mails:${statuses?.join() ?? 'all'}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const rows = await stores.emails.page(statuses, { before: page.from, limit: page.limit + 1 });
    return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  },
};
