import { type RecordedEvent, userStream } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { Notification } from '../domain/notification.ts';
import type { NotificationCreatedModel, NotificationsChangedModel } from './models.ts';

/** An event of an inbox as its owner sees it; null for events that clients do not get. */
export async function inboxEvent(
  { type, payload }: RecordedEvent,
  place: StreamPlace,
  { loaders, live }: Context,
): Promise<NotificationCreatedModel | NotificationsChangedModel | null> {
  switch (type) {
    case 'notifications.NotificationCreated': {
      // A notice that was dismissed in the meantime is not shown.
      const notification = await loaders.notification.load(payload.notificationId);
      return notification && { __typename: 'NotificationCreated', ...place, notification };
    }
    case 'notifications.NotificationChanged':
    case 'notifications.NotificationsRead': {
      const { userId } = payload;
      const changed = { __typename: 'NotificationsChanged' as const, ...place, userId };
      const { ids, readUpTo } =
        type === 'notifications.NotificationsRead'
          ? payload
          : { ids: [payload.notificationId], readUpTo: null };
      if (readUpTo !== null) {
        const upTo = live.cursorAt(userStream(userId), readUpTo);
        return { ...changed, notifications: null, upTo, deletedIds: [] };
      }
      const loaded = await Promise.all(ids.map((id) => loaders.notification.load(id)));
      const notifications = loaded.filter((one): one is Notification => one !== null);
      // A notice that is no longer in the inbox was dismissed, by this change or a later one.
      const left = new Set(notifications.map(({ id }) => id));
      const deletedIds = ids.filter((id) => !left.has(id));
      return { ...changed, notifications, upTo: null, deletedIds };
    }
    default:
      return null;
  }
}
