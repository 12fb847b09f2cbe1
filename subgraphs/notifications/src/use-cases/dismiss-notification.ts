import { isIdOf, notFound } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import type { Notification } from '../domain/notification.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Takes a notice out of the inbox; resolves to it as it was. */
export const dismissNotification = (
  { transaction, clock }: NotificationsDeps,
  { userId }: Actor,
  { id }: { id: string },
): Promise<Notification> =>
  transaction(async ({ notifications, events }) => {
    const [notification] = isIdOf('ntf', id) ? await notifications.findOwn(userId, [id]) : [];
    if (!notification) throw notFound('Notification', ['id']);
    await notifications.dismiss(userId, id, clock());
    await events.append({
      type: 'notifications.NotificationsRead',
      stream: userStream(userId),
      payload: { userId, ids: [id] },
    });
    return notification;
  });
