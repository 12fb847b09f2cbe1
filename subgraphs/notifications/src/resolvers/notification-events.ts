import type { RecordedEvent } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { NotificationCreatedModel, NotificationsReadModel } from './models.ts';

/** An event of an inbox as its owner sees it; null for what clients are not told. */
export async function inboxEvent(
  { type, payload }: RecordedEvent,
  place: StreamPlace,
  { loaders }: Context,
): Promise<NotificationCreatedModel | NotificationsReadModel | null> {
  switch (type) {
    case 'notifications.NotificationCreated': {
      // What was dismissed meanwhile is nothing to be shown any more.
      const notification = await loaders.notification.load(payload.notificationId);
      return notification && { __typename: 'NotificationCreated', ...place, notification };
    }
    case 'notifications.NotificationsRead': {
      const { userId, ids } = payload;
      return { __typename: 'NotificationsRead', ...place, userId, ids };
    }
    default:
      return null;
  }
}
