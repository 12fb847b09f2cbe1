import { type TransactionTools, userStream } from '@souk/runtime/events';
import { MOST_NAMED } from '../domain/notification.ts';
import type { MarkedRead } from '../persistence/notification-store.ts';

/**
 * Records what a person has read, for their devices. When it is too many notices to name each, the event
 * says up to which place all were read.
 */
export async function announceRead(
  { events }: Pick<TransactionTools, 'events'>,
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
}
