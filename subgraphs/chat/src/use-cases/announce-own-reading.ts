import { type TransactionTools, userStream } from '@souk/runtime/events';

/**
 * Tells a person's other devices, and their inbox of notices, how far they have read in a room. This is not
 * for others, so it does not depend on their sharing of receipts or their visibility.
 */
export async function announceOwnReading(
  { events }: Pick<TransactionTools, 'events'>,
  reading: { roomId: string; userId: string; readUpTo: number },
): Promise<void> {
  const stream = userStream(reading.userId);
  await events.append({ type: 'chat.RoomRead', stream, payload: reading });
}
