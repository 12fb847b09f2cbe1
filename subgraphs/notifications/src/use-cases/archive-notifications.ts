import { announceRead } from './announce-read.ts';
import { assertOwn } from './assert-own.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Archives notices, which takes them out of the inbox and marks them as read. */
export const archiveNotifications = (
  { transaction, clock, newId }: NotificationsDeps,
  { userId }: Actor,
  ids: readonly string[],
): Promise<void> =>
  transaction(async (stores) => {
    await assertOwn(stores, userId, ids);
    const archived = await stores.notifications.archive(userId, ids, clock());
    await announceRead({ clock, newId }, stores, userId, {
      count: archived.length,
      ids: archived,
    });
  });
