import { type TransactionTools, userStream } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/**
 * Records in its owner's stream that each notice arrived or changed, and stores the place of that event in
 * the stream.
 */
export async function announceEach(
  { events, notifications }: Pick<TransactionTools, 'events'> & Pick<Stores, 'notifications'>,
  type: 'notifications.NotificationCreated' | 'notifications.NotificationChanged',
  notices: readonly { id: string; userId: string }[],
): Promise<void> {
  const recorded = await events.appendAll(
    notices.map(({ id, userId }) => ({
      type,
      stream: userStream(userId),
      payload: { userId, notificationId: id },
    })),
  );
  await notifications.setStreamSequences(
    recorded.map(({ payload: { notificationId: id }, sequence }) => ({ id, sequence })),
  );
}
