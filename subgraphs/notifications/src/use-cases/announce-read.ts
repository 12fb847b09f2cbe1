import { type TransactionTools, userStream } from '@souk/runtime/events';
import { MOST_NAMED } from '../domain/notification.ts';
import type { MarkedRead } from '../persistence/notification-store.ts';

/**
 * Tells a person's devices what was read. So many that they are not named are told by the place up to
 * which everything was.
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
