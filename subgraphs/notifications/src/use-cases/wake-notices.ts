import { userStream } from '@souk/runtime/events';
import type { NotificationsDeps } from './deps.ts';

const AT_ONCE = 200;

/** Brings snoozed notices back whose time has come, as if they came in now; true while there are more. */
export const wakeNotices = ({
  transaction,
  clock,
}: Pick<NotificationsDeps, 'transaction' | 'clock'>): Promise<boolean> =>
  transaction(async ({ notifications, events }) => {
    const woken = await notifications.wake(clock(), AT_ONCE);
    const created = await events.appendAll(
      woken.map(({ id, userId }) => ({
        type: 'notifications.NotificationCreated' as const,
        stream: userStream(userId),
        payload: { userId, notificationId: id },
      })),
    );
    await notifications.setStreamSequences(
      created.map(({ payload: { notificationId: id }, sequence }) => ({ id, sequence })),
    );
    return woken.length === AT_ONCE;
  });
