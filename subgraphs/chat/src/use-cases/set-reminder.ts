import type { Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { tooManyReminders } from '../domain/errors.ts';
import { assertLater, MAX_REMINDERS, type Reminder } from '../domain/later.ts';
import { excerptOf } from '../domain/message.ts';
import type { ChatDeps } from './deps.ts';
import { visibleMessage } from './message-access.ts';

export interface ReminderInput {
  messageId: string;
  remindAt?: Date | null | undefined;
  note?: string | null | undefined;
}

/** Reminds the viewer of a message at a moment, or no longer; one reminder for each message. */
export async function setReminder(
  { transaction, reads, clock }: ChatDeps,
  { userId }: Viewer,
  { messageId, remindAt, note }: ReminderInput,
): Promise<Reminder | null> {
  await visibleMessage(reads, userId, messageId, ['messageId']);
  if (remindAt) assertLater(remindAt, clock(), ['remindAt']);
  return transaction(async ({ reminders }) => {
    if (!remindAt) {
      await reminders.remove(userId, messageId);
      return null;
    }
    const others = await reminders.countOthersLocked(userId, messageId);
    if (others >= MAX_REMINDERS) throw tooManyReminders(MAX_REMINDERS);
    const reminder = { userId, messageId, note: note || null, remindAt, doneAt: null };
    await reminders.put(reminder);
    return reminder;
  });
}

const AT_ONCE = 200;

/** Reminds everybody whose moment has come, each once. */
export const remindOfMessages = ({
  transaction,
  clock,
}: Pick<ChatDeps, 'transaction' | 'clock'>): Promise<number> =>
  transaction(async ({ reminders, events }) => {
    const due = await reminders.takeDue(clock(), AT_ONCE);
    const inOrder = [...due].sort((a, b) => (a.userId < b.userId ? -1 : 1));
    await events.appendAll(
      inOrder.map(({ text, ...reminder }) => ({
        type: 'chat.ReminderDue' as const,
        stream: userStream(reminder.userId),
        payload: { ...reminder, excerpt: excerptOf(text ?? '') },
      })),
    );
    return due.length;
  });
