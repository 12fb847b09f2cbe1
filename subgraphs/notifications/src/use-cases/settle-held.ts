import type { Channel } from '../domain/notification.ts';
import type { Stores } from '../persistence/stores.ts';
import type { DecidedNotice } from './decide-notices.ts';

/** Records why notices are not sent on a channel, with one statement for each reason. */
export async function settleHeld(
  { deliveries }: Pick<Stores, 'deliveries'>,
  of: { userId: string; channel: Channel; sourceIds?: readonly string[] },
  held: readonly DecidedNotice[],
  at: Date,
): Promise<void> {
  for (const rule of new Set(held.map((one) => one.rule))) {
    const those = held.filter((one) => one.rule === rule);
    const which = { ...of, notificationIds: those.map(({ notice }) => notice.id) };
    const reason = those[0]?.reason ?? null;
    await deliveries.settle(which, { status: 'SUPPRESSED', reason, rule, at });
  }
}

/** Records what notices wait for on a channel, with one statement for each reason. */
export async function noteWaiting(
  { deliveries }: Pick<Stores, 'deliveries'>,
  of: { userId: string; channel: Channel; sourceIds?: readonly string[] },
  waiting: readonly DecidedNotice[],
): Promise<void> {
  for (const rule of new Set(waiting.map((one) => one.rule))) {
    const those = waiting.filter((one) => one.rule === rule);
    const which = { ...of, notificationIds: those.map(({ notice }) => notice.id) };
    await deliveries.noteWaiting(which, { rule, reason: those[0]?.reason ?? null });
  }
}
