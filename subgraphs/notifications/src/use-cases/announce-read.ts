import type { Clock, NewId } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import { MOST_NAMED } from '../domain/notification.ts';
import type { MarkedRead } from '../persistence/notification-store.ts';
import type { Stores } from '../persistence/stores.ts';

/**
 * Records what a person has read or archived, for their devices, and withdraws it from where it was pushed
 * to. If there are too many notices to name each, the event says up to which place all were read.
 */
export async function announceRead(
  { clock, newId }: { clock: Clock; newId: NewId },
  { events, pushes }: Pick<TransactionTools, 'events'> & Pick<Stores, 'pushes'>,
  userId: string,
  { count, ids }: MarkedRead,
  upToSequence: number | null = null,
): Promise<void> {
  if (count === 0) return;
  const isNamed = upToSequence === null || count <= MOST_NAMED;
  await events.append({
    type: 'notifications.NotificationsRead',
    stream: userStream(userId),
    payload: {
      userId,
      ids: isNamed ? [...ids] : [],
      readUpTo: isNamed ? null : upToSequence,
    },
  });
  await pushes.withdraw([userId], { newId: () => newId('psh'), at: clock() });
}

/**
 * Records for each of these people that one notice was read, and withdraws it from where it was pushed to.
 */
export async function announceReadOfEach(
  { clock, newId }: { clock: Clock; newId: NewId },
  { events, pushes }: Pick<TransactionTools, 'events'> & Pick<Stores, 'pushes'>,
  notices: readonly { id: string; userId: string }[],
): Promise<void> {
  if (notices.length === 0) return;
  await events.appendAll(
    notices.map(({ id, userId }) => ({
      type: 'notifications.NotificationsRead' as const,
      stream: userStream(userId),
      payload: { userId, ids: [id], readUpTo: null },
    })),
  );
  const userIds = notices.map(({ userId }) => userId);
  await pushes.withdraw(userIds, { newId: () => newId('psh'), at: clock() });
}
