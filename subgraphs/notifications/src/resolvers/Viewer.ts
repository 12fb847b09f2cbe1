import { ownerOf, viewerIdOf } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { connectionOf, operationSelects, pageOf } from '@souk/runtime/graphql';
import type { ViewerResolvers } from '../__generated__/resolvers.ts';
import { unreadIn } from '../domain/notification.ts';
import type { InboxPosition } from '../persistence/inbox-lists.ts';
import { countsOf } from './counts-of.ts';
import { endpointsOf } from './WebhookEndpoint.ts';

export const Viewer: ViewerResolvers = {
  /** Private data: viewers get only their own. */
  __resolveReference: (reference, { viewer }) => {
    const id = ownerOf(reference, viewer);
    return id === null ? null : { id };
  },
  id: ({ id }) => viewerIdOf(id),
  notificationsHead: ({ id }, _, { headOf }) => headOf(userStream(id)),
  unreadNotifications: async ({ id }, _, context, info) => {
    // The head is read first: what happens in between is sent again, never missed.
    if (operationSelects(info, 'notificationsHead')) await context.headOf(userStream(id));
    return unreadIn(await countsOf(id, context));
  },
  notificationCounts: async ({ id }, _, context, info) => {
    if (operationSelects(info, 'notificationsHead')) await context.headOf(userStream(id));
    return countsOf(id, context);
  },
  smsNumber: async ({ id }, _, { stores }) => {
    const [number] = await stores.smsNumbers.of([id]);
    if (!number) return null;
    const { number: confirmed, pending, refused } = number;
    return { number: confirmed, pendingNumber: pending, refused };
  },
  devices: async ({ id: userId }, args, { cursors, stores }) => {
    const purpose = `devices:${userId}`;
    const page = pageOf<string>(args, { cursors, purpose });
    const rows = await stores.devices.page(userId, { before: page.from, limit: page.limit + 1 });
    return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  },
  webhookEndpoints: ({ id }, args, context) => endpointsOf(id, args, context),
  notificationPreferences: ({ id: userId }) => ({ userId }),
  notifications: async ({ id: userId }, { filter, ...args }, context, info) => {
    const { cursors, stores, headOf } = context;
    if (operationSelects(info, 'notificationsHead')) await headOf(userStream(userId));
    const kinds = filter?.kinds == null ? null : [...new Set(filter.kinds)].sort();
    const { unreadOnly, box } = filter ?? {};
    const criteria = { userId, kinds, unreadOnly: unreadOnly ?? false, box: box ?? 'INBOX' };
    const purpose = `inbox:${JSON.stringify(criteria)}`;
    const page = pageOf<InboxPosition>(args, { cursors, purpose });
    const rows = await stores.notifications.page(criteria, {
      from: page.from,
      limit: page.limit + 1,
    });
    const connection = connectionOf(rows, page, {
      cursors,
      purpose,
      positionOf: ({ updatedAt, id }): InboxPosition => [updatedAt.toISOString(), id],
    });
    return { ...connection, counted: criteria };
  },
};
