import { assertExactlyOne } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { announceRead } from './announce-read.ts';
import { assertOwn } from './assert-own.ts';
import type { Actor, NotificationsDeps } from './deps.ts';

export interface MarkReadInput {
  notificationIds?: readonly string[] | null | undefined;
  upTo?: string | null | undefined;
}

/** Marks notices as read, these or all up to a cursor; returns how many were unread. */
export async function markNotificationsRead(
  { transaction, live, clock, newId }: NotificationsDeps,
  { userId }: Actor,
  { notificationIds, upTo }: MarkReadInput,
): Promise<number> {
  assertExactlyOne({ notificationIds, upTo });
  const ids = notificationIds ?? [];
  const upToSequence = upTo == null ? null : live.sequenceOf(userStream(userId), upTo, ['upTo']);
  return transaction(async (stores) => {
    await assertOwn(stores, userId, ids);
    const which = upToSequence === null ? { ids } : { upToSequence };
    const read = await stores.notifications.markRead(userId, which, clock());
    await announceRead({ clock, newId }, stores, userId, read, upToSequence);
    return read.count;
  });
}
