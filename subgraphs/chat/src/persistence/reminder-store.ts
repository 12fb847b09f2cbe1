import type { Page } from '@souk/runtime/graphql';
import { lockByName } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Reminder } from '../domain/later.ts';
import type { Db } from './client.ts';
import type { TimePosition } from './message-lists.ts';
import { joinsOf, MESSAGE_VISIBLE } from './room-rows.ts';

export interface ReminderStore {
  /**
   * How many of somebody's reminders are pending for other messages; they are locked until the transaction
   * ends.
   */
  countOthersLocked(userId: string, messageId: string): Promise<number>;
  put(reminder: Reminder): Promise<void>;
  /** False when there is none. */
  remove(userId: string, messageId: string): Promise<boolean>;
  find(userId: string, messageId: string): Promise<Reminder | null>;
  /** Pending ones, soonest first, with one more than wanted if there are more. */
  toCome(userId: string, page: Page<TimePosition>): Promise<Reminder[]>;
  /** Marks due reminders as done, and returns them. */
  takeDue(at: Date, limit: number): Promise<DueReminder[]>;
}

export interface DueReminder extends Pick<Reminder, 'userId' | 'messageId' | 'note'> {
  roomId: string;
  text: string | null;
  /** Whether they may still read the message. */
  isSeen: boolean;
}

export const createReminderStore = (db: Db): ReminderStore => ({
  countOthersLocked: async (userId, messageId) => {
    await lockByName(db, `reminders:${userId}`);
    return db.reminder.count({ where: { userId, doneAt: null, messageId: { not: messageId } } });
  },
  put: async ({ userId, messageId, ...reminder }) => {
    await db.reminder.upsert({
      where: { userId_messageId: { userId, messageId } },
      create: { userId, messageId, ...reminder },
      update: reminder,
    });
  },
  remove: async (userId, messageId) => {
    const { count } = await db.reminder.deleteMany({ where: { userId, messageId } });
    return count === 1;
  },
  find: (userId, messageId) =>
    db.reminder.findUnique({ where: { userId_messageId: { userId, messageId } } }),
  toCome: (userId, { from, limit }) => {
    const further = from
      ? Prisma.sql`AND (remind_at, message_id) > (${from[0]}::timestamptz, ${from[1]})`
      : Prisma.empty;
    return db.$queryRaw`
      SELECT user_id AS "userId", message_id AS "messageId", note, remind_at AS "remindAt",
        done_at AS "doneAt"
      FROM reminder WHERE user_id = ${userId} AND done_at IS NULL ${further}
      ORDER BY remind_at, message_id LIMIT ${limit + 1}`;
  },
  takeDue: (at, limit) => db.$queryRaw`
    WITH done AS (
      UPDATE reminder SET done_at = ${at}
      WHERE (user_id, message_id) IN (
        SELECT user_id, message_id FROM reminder WHERE done_at IS NULL AND remind_at <= ${at}
        ORDER BY remind_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING user_id, message_id, note
    )
    SELECT d.user_id AS "userId", d.message_id AS "messageId", r.id AS "roomId", d.note, m.text,
      ${MESSAGE_VISIBLE} AS "isSeen"
    FROM done d JOIN message m ON m.id = d.message_id
    JOIN room r ON r.id = m.room_id ${joinsOf(Prisma.sql`d.user_id`)}`,
});
