import type { Page } from '@souk/runtime/graphql';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Reminder } from '../domain/later.ts';
import type { Db } from './client.ts';
import type { TimePosition } from './message-lists.ts';

export interface ReminderStore {
  countLocked(userId: string): Promise<number>;
  put(reminder: Reminder): Promise<void>;
  remove(userId: string, messageId: string): Promise<void>;
  find(userId: string, messageId: string): Promise<Reminder | null>;
  /** Those to come, the soonest first, one more than wanted if there are more. */
  toCome(userId: string, page: Page<TimePosition>): Promise<Reminder[]>;
  /** Marks those that are due as done, and gives them with what their messages say and where. */
  takeDue(at: Date, limit: number): Promise<DueReminder[]>;
}

export interface DueReminder extends Pick<Reminder, 'userId' | 'messageId' | 'note'> {
  roomId: string;
  text: string | null;
}

export const createReminderStore = (db: Db): ReminderStore => ({
  countLocked: async (userId) => {
    await db.$executeRaw`
      SELECT pg_advisory_xact_lock(hashtextextended(${`reminders:${userId}`}, 0))`;
    return db.reminder.count({ where: { userId, doneAt: null } });
  },
  put: async ({ userId, messageId, ...reminder }) => {
    await db.reminder.upsert({
      where: { userId_messageId: { userId, messageId } },
      create: { userId, messageId, ...reminder },
      update: reminder,
    });
  },
  remove: async (userId, messageId) => {
    await db.reminder.deleteMany({ where: { userId, messageId } });
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
    UPDATE reminder r SET done_at = ${at} FROM message m
    WHERE m.id = r.message_id AND (r.user_id, r.message_id) IN (
      SELECT user_id, message_id FROM reminder WHERE done_at IS NULL AND remind_at <= ${at}
      ORDER BY remind_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING r.user_id AS "userId", r.message_id AS "messageId", m.room_id AS "roomId", r.note, m.text`,
});
