import { announceChanged } from './announce-changed.ts';
import { assertOwn } from './assert-own.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

/** Makes notices unread again, and brings archived ones back. */
export const markNotificationsUnread = (
  { transaction }: NotificationsDeps,
  { userId }: Actor,
  ids: readonly string[],
): Promise<void> =>
  transaction(async (stores) => {
    await assertOwn(stores, userId, ids);
    const changed = await stores.notifications.markUnread(userId, ids);
    await announceChanged(stores, userId, changed);
  });
