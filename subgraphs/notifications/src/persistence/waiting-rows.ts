import { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';

/** Why rows of an outbox wait: for something that their reader has set, and may change at any time. */
export type WaitsFor = 'PAUSED' | 'QUIET_HOURS' | 'SNOOZED';

type Outbox = 'email_message' | 'push_message' | 'sms_message';

/**
 * Makes what waits for one of these reasons be decided again now, since there may be nothing left to wait
 * for.
 */
export const decideAgain =
  (db: Db, outbox: Outbox) =>
  async (userId: string, reasons: readonly WaitsFor[], now: Date): Promise<void> => {
    await db.$executeRaw`
      UPDATE ${Prisma.raw(outbox)} SET due_at = least(due_at, ${now}::timestamptz)
      WHERE user_id = ${userId} AND status = 'PENDING' AND claimed_until IS NULL
        AND last_error = ANY(${[...reasons]}::text[])`;
  };

/** When what waits only for a delay is due with a different one. */
export interface OtherDelay {
  delaySeconds: number;
  now: Date;
}

/**
 * What waits only for its time, which has not come: nobody has tried or claimed it, and no job on the queue
 * stands for it.
 */
export const waitsForItsTime = (now: Date): Prisma.Sql => Prisma.sql`status = 'PENDING'
  AND claimed_until IS NULL AND attempts = 0 AND due_at > ${now}`;

/** The rows of an outbox that wait for a person's delay: notices, not codes. */
const OF_NOTICES: Readonly<Record<Outbox, Prisma.Sql>> = {
  email_message: Prisma.sql`batch_key IS NOT NULL AND queued_at IS NULL`,
  push_message: Prisma.sql`action = 'SHOW'`,
  sms_message: Prisma.sql`notification_id IS NOT NULL`,
};

/** Makes what waits for a person's delay wait for the new delay, counted from when it was requested. */
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
 * The time of a row that more joins: if it merely waits, not later than what joins is due. A row that was
 * refused, or is being sent, keeps its own.
 */
export const earlierOf = (row: string): Prisma.Sql => {
  const name = Prisma.raw(row);
  return Prisma.sql`CASE WHEN ${name}.attempts = 0 AND ${name}.claimed_until IS NULL
    THEN least(${name}.due_at, excluded.due_at) ELSE ${name}.due_at END`;
};
