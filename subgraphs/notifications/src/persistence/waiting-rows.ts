import { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';

/** Why rows of an outbox wait for something that their reader said, and may say otherwise at any time. */
export type WaitsFor = 'PAUSED' | 'QUIET_HOURS' | 'SNOOZED';

type Outbox = 'email_message' | 'push_message' | 'sms_message';

/** Has what waits for one of these things be decided again now, as it may wait for nothing any more. */
export const decideAgain =
  (db: Db, outbox: Outbox) =>
  async (userId: string, reasons: readonly WaitsFor[], now: Date): Promise<void> => {
    await db.$executeRaw`
      UPDATE ${Prisma.raw(outbox)} SET due_at = least(due_at, ${now}::timestamptz)
      WHERE user_id = ${userId} AND status = 'PENDING' AND claimed_until IS NULL
        AND last_error = ANY(${[...reasons]}::text[])`;
  };

/** When what waits for a delay alone is due by another one. */
export interface OtherDelay {
  delaySeconds: number;
  now: Date;
}

/** What waits for its time alone, which has not come: nobody tried it, has it, or stands for it on the queue. */
export const waitsForItsTime = (now: Date): Prisma.Sql => Prisma.sql`status = 'PENDING'
  AND claimed_until IS NULL AND attempts = 0 AND due_at > ${now}`;

/** What of an outbox waits for somebody's delay: notices, and no codes. */
const OF_NOTICES: Readonly<Record<Outbox, Prisma.Sql>> = {
  email_message: Prisma.sql`batch_key IS NOT NULL AND queued_at IS NULL`,
  push_message: Prisma.sql`action = 'SHOW'`,
  sms_message: Prisma.sql`notification_id IS NOT NULL`,
};

/** Has what waits for somebody's delay wait as long as they say now, from when it was asked for. */
export const delayAnew =
  (db: Db, outbox: Outbox) =>
  async (userId: string, { delaySeconds, now }: OtherDelay): Promise<void> => {
    await db.$executeRaw`
      UPDATE ${Prisma.raw(outbox)}
      SET due_at = greatest(${now}::timestamptz, created_at + make_interval(secs => ${delaySeconds}))
      WHERE user_id = ${userId} AND last_error IS NULL AND ${OF_NOTICES[outbox]}
        AND ${waitsForItsTime(now)}`;
  };

/**
 * The time of a row that more joins: it is not later than what joins is due, where it merely waits. One that was refused,
 * or is on its way, keeps its own.
 */
export const earlierOf = (row: string): Prisma.Sql => {
  const name = Prisma.raw(row);
  return Prisma.sql`CASE WHEN ${name}.attempts = 0 AND ${name}.claimed_until IS NULL
    THEN least(${name}.due_at, excluded.due_at) ELSE ${name}.due_at END`;
};
