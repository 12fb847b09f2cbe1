import { isIdOf, notFound } from '@souk/runtime/domain';
import { announceRead } from './announce-read.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Deletes a notice from the inbox. */
export const dismissNotification = (
  { transaction, clock, newId }: NotificationsDeps,
  { userId }: Actor,
  id: string,
): Promise<void> =>
  transaction(async (stores) => {
    const wasThere = isIdOf('ntf', id) && (await stores.notifications.dismiss(userId, id, clock()));
    if (!wasThere) throw notFound('Notification', ['notificationId']);
    await announceRead({ clock, newId }, stores, userId, { count: 1, ids: [id] });
  });
