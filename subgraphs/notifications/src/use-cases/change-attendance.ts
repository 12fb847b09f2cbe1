import type { Attendance } from '../persistence/room-store.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { notifyOfMessage } from './notify-of-message.ts';

/**
 * Applies a coming and going. Messages that we heard of before we heard that somebody had come are
 * made up for; who is told of one already is not told again.
 */
export async function changeAttendance(
  deps: NotifyDeps,
  stores: TransactionStores,
  attendance: Attendance,
): Promise<void> {
  const { roomId, sequence, joined } = attendance;
  await stores.rooms.recordAttendance(attendance);
  if (joined.length === 0) return;
  for (const message of await stores.rooms.messagesAfter(roomId, sequence)) {
    const present = new Set(await stores.rooms.presentAt(roomId, message.sequence));
    const late = joined.filter((userId) => present.has(userId));
    await notifyOfMessage(deps, stores, message, late);
  }
}
