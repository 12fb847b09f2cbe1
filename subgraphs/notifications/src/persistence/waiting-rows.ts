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

/**
 * The time of a row that more joins: it is not later than what joins is due, where it merely waits. One that was refused,
 * or is on its way, keeps its own.
 */
export const earlierOf = (row: string): Prisma.Sql => {
  const name = Prisma.raw(row);
  return Prisma.sql`CASE WHEN ${name}.attempts = 0 AND ${name}.claimed_until IS NULL
    THEN least(${name}.due_at, excluded.due_at) ELSE ${name}.due_at END`;
};
