import { announceEach } from './announce-each.ts';
import type { NotificationsDeps } from './deps.ts';

const AT_ONCE = 200;

/** Brings snoozed notices back whose time has come, as if they had arrived now; true while there are more. */
export const wakeNotices = ({
  transaction,
  clock,
}: Pick<NotificationsDeps, 'transaction' | 'clock'>): Promise<boolean> =>
  transaction(async (stores) => {
    const woken = await stores.notifications.wake(clock(), AT_ONCE);
    await announceEach(stores, 'notifications.NotificationCreated', woken);
    return woken.length === AT_ONCE;
  });
