import type { Attendance, RoomMessage } from '../persistence/room-store.ts';
import { announceReadOfEach } from './announce-read.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { PEOPLE_AT_ONCE } from './notify.ts';
import { notifyOfMessage } from './notify-of-message.ts';
import { concernedBy, notifyOfReply } from './notify-of-reply.ts';

/** At most this many messages are caught up on in one transaction. */
const MESSAGES_AT_ONCE = 5;

/** Where a part of the work starts: among the people who joined, and among the messages after that. */
type Place = readonly [person: number, afterSequence: number];

/**
 * Applies people joining and leaving. If we heard of a message before we heard that somebody had joined, they
 * are notified of it now, unless they were already. Many people and messages are processed in parts; returns
 * where the next one starts.
 */
export async function changeAttendance(
  deps: NotifyDeps,
  stores: TransactionStores,
  attendance: Attendance,
  from: string | undefined,
): Promise<string | undefined> {
  const { roomId, sequence, joined } = attendance;
  if (from === undefined) {
    await stores.rooms.recordAttendance(attendance);
    await stores.roomPreferences.drop(roomId, attendance.left);
    await settleReports(deps, stores, attendance);
  }
  const [person, after]: Place = from === undefined ? [0, sequence] : JSON.parse(from);
  const newcomers = joined.slice(person, person + PEOPLE_AT_ONCE);
  if (newcomers.length === 0) return undefined;
  const messages = await stores.rooms.messagesAfter(roomId, after, MESSAGES_AT_ONCE);
  for (const message of messages) {
    await notifyOfLateHeard(deps, stores, message, newcomers);
  }
  const last = messages.at(-1);
  const next: Place =
    last && messages.length === MESSAGES_AT_ONCE
      ? [person, last.sequence]
      : [person + PEOPLE_AT_ONCE, sequence];
  return next[0] < joined.length ? JSON.stringify(next) : undefined;
}

/** Notifies people who were there at a message that we heard of before, as it notified the others. */
async function notifyOfLateHeard(
  deps: NotifyDeps,
  stores: TransactionStores,
  message: RoomMessage,
  newcomers: readonly string[],
): Promise<void> {
  const { threadId, roomId, sequence } = message;
  if (threadId !== null) {
    const late = new Set(newcomers);
    const concerned = concernedBy(message).filter((userId) => late.has(userId));
    if (concerned.length > 0)
      await notifyOfReply(deps, stores, { ...message, threadId }, concerned);
    return;
  }
  const present = await stores.rooms.presentAmong(roomId, sequence, newcomers);
  const late = newcomers.filter((userId) => present.has(userId));
  await notifyOfMessage(deps, stores, message, late);
}

/** People who left a room decide nothing there any more: notices of reports to them are marked as read. */
async function settleReports(
  deps: NotifyDeps,
  stores: TransactionStores,
  { roomId, left }: Attendance,
): Promise<void> {
  if (left.length === 0) return;
  const read = await stores.notifications.markReportsRead(left, roomId, deps.clock());
  await announceReadOfEach(deps, stores, read);
}
