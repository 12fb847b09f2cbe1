import { pairId, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { tooManyReminders } from '../domain/errors.ts';
import { assertLater, isSameReminder, MAX_REMINDERS, type Reminder } from '../domain/later.ts';
import { excerptOf } from '../domain/message.ts';
import { announceOwnChanges, type OwnChange } from './announce-own-change.ts';
import type { ChatDeps } from './deps.ts';
import { visibleMessage } from './message-access.ts';

export interface ReminderInput {
  messageId: string;
  remindAt?: Date | null | undefined;
  note?: string | null | undefined;
}

/** Reminds the viewer of a message at a given time; one reminder per message. */
export async function setReminder(
  deps: ChatDeps,
  viewer: Viewer,
  { messageId, remindAt, note }: ReminderInput,
): Promise<Reminder | null> {
  if (!remindAt) return takeAway(deps, viewer, messageId);
  const { transaction, reads, clock } = deps;
  const { userId } = viewer;
  await visibleMessage(reads, userId, messageId, ['messageId']);
  assertLater(remindAt, clock(), ['remindAt']);
  return transaction(async ({ reminders, events }) => {
    const others = await reminders.countOthersLocked(userId, messageId);
    if (others >= MAX_REMINDERS) throw tooManyReminders(MAX_REMINDERS);
    const reminder = { userId, messageId, note: note || null, remindAt, doneAt: null };
    const before = await reminders.find(userId, messageId);
    if (before && isSameReminder(before, reminder)) return before;
    await reminders.put(reminder);
    await announceOwnChanges({ events }, [changeOf(reminder)]);
    return reminder;
  });
}

/** Also for messages that one no longer sees: the reminder is one's own. */
const takeAway = (
  { transaction }: ChatDeps,
  { userId }: Viewer,
  messageId: string,
): Promise<null> =>
  transaction(async (stores) => {
    if (await stores.reminders.remove(userId, messageId)) {
      await announceOwnChanges(stores, [changeOf({ userId, messageId })]);
    } else await visibleMessage(stores, userId, messageId, ['messageId']);
    return null;
  });

const changeOf = ({ userId, messageId }: Pick<Reminder, 'userId' | 'messageId'>): OwnChange => ({
  userId,
  kind: 'REMINDER',
  thingId: pairId('rmd', messageId, userId),
});

const AT_ONCE = 200;

/**
 * Reminds everybody whose time has come, each once. Reminders of messages that one no longer sees end
 * silently.
 */
export const remindOfMessages = ({
  transaction,
  clock,
}: Pick<ChatDeps, 'transaction' | 'clock'>): Promise<number> =>
  transaction(async ({ reminders, events }) => {
    const due = await reminders.takeDue(clock(), AT_ONCE);
    const inOrder = [...due].sort((a, b) => (a.userId < b.userId ? -1 : 1));
    await events.appendAll(
      inOrder.map(({ text, isSeen, ...reminder }) => {
        const stream = userStream(reminder.userId);
        const payload = { ...reminder, excerpt: excerptOf(text ?? '') };
        return isSeen
          ? { type: 'chat.ReminderDue' as const, stream, payload }
          : { type: 'chat.OwnThingChanged' as const, stream, payload: changeOf(reminder) };
      }),
    );
    return due.length;
  });
