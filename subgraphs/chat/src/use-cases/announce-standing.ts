import { type TransactionTools, userStream } from '@souk/runtime/events';

/**
 * Tells somebody's own devices that their rights in the rooms of a group have changed: once, for all of them.
 */
export async function announceStanding(
  { events }: Pick<TransactionTools, 'events'>,
  of: { groupId: string; userId: string },
): Promise<void> {
  const stream = userStream(of.userId);
  await events.append({ type: 'chat.GroupStandingChanged', stream, payload: of });
}
