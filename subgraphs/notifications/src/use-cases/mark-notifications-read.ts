import { assertExactlyOne, badInput, checkEach, isIdOf, notFound } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { MOST_NAMED } from '../domain/notification.ts';
import { announceRead } from './announce-read.ts';
import type { Actor, NotificationsDeps, TransactionStores } from './deps.ts';

export interface MarkReadInput {
  notificationIds?: readonly string[] | null | undefined;
  upTo?: string | null | undefined;
}

/** Marks notices as read, these or all up to a cursor; resolves to how many were unread. */
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

/** Refuses ids that are no notices of the person, each with its place; and too many of them. */
export async function assertOwn(
  { notifications }: Pick<TransactionStores, 'notifications'>,
  userId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length > MOST_NAMED) {
    throw badInput(`At most ${MOST_NAMED} at once.`, ['notificationIds']);
  }
  const wellFormed = ids.filter((id) => isIdOf('ntf', id));
  const found = wellFormed.length > 0 ? await notifications.findOwn(userId, wellFormed) : [];
  const own = new Set(found.map(({ id }) => id));
  checkEach(ids, (id, index) => {
    if (!own.has(id)) throw notFound('Notification', ['notificationIds', index]);
  });
}
