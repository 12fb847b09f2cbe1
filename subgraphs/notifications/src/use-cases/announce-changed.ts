import { type TransactionTools, userStream } from '@souk/runtime/events';
import { MOST_NAMED } from '../domain/notification.ts';

/** Records that notices changed, for their owner's devices. */
export async function announceChanged(
  { events }: Pick<TransactionTools, 'events'>,
  userId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const payload = { userId, ids: ids.slice(0, MOST_NAMED), readUpTo: null };
  await events.append({
    type: 'notifications.NotificationsRead',
    stream: userStream(userId),
    payload,
  });
}
