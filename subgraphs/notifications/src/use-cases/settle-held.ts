import type { Channel } from '../domain/notification.ts';
import type { Stores } from '../persistence/stores.ts';
import type { DecidedNotice } from './decide-notices.ts';

/** Writes down why notices go no further on a channel. */
export async function settleHeld(
  { deliveries }: Pick<Stores, 'deliveries'>,
  of: { userId: string; channel: Channel },
  held: readonly DecidedNotice[],
  at: Date,
): Promise<void> {
  for (const { notice, reason, rule } of held) {
    const which = { ...of, notificationIds: [notice.id] };
    await deliveries.settle(which, { status: 'SUPPRESSED', reason, rule, at });
  }
}
