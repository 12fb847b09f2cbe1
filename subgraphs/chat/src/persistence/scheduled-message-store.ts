import type { Page } from '@souk/runtime/graphql';
import { lockByName } from '@souk/runtime/persistence';
import type { ScheduledMessage } from '../domain/later.ts';
import type { Db } from './client.ts';

export interface ScheduledMessageStore {
  /** How many of somebody's are pending; they are locked until the transaction ends. */
  countWaitingLocked(userId: string): Promise<number>;
  add(scheduled: ScheduledMessage): Promise<void>;
  byClientId(userId: string, clientMessageId: string): Promise<ScheduledMessage | null>;
  findMany(ids: readonly string[]): Promise<ScheduledMessage[]>;
  /** Somebody's pending ones, newest request first, with one more than wanted if there are more. */
  waitingOf(userId: string, page: Page<string>): Promise<ScheduledMessage[]>;
  /** Changes a pending one, unless a worker is sending it; null when there is no such one. */
  change(
    own: OwnScheduled,
    change: Partial<Pick<ScheduledMessage, 'text' | 'sendAt'>>,
  ): Promise<ScheduledMessage | null>;
  /** Cancels a pending one, under the same condition; its text is deleted. */
  cancel(own: OwnScheduled): Promise<ScheduledMessage | null>;
  /**
   * Takes due ones, the longest overdue first, locked until the transaction ends. A postponed one is due when
   * its delay is over, so that any number of them cannot hold back others.
   */
  claimDue(at: Date, until: Date, limit: number): Promise<ScheduledMessage[]>;
  /**
   * Records the outcome of one that was taken, false when it is known already; the text of a sent one is in
   * its message from now on.
   */
  settle(id: string, result: SettledMessage, at: Date): Promise<boolean>;
  /** Somebody is no longer staff: what of theirs is pending is sent as anybody's. */
  noLongerAsStaff(userId: string): Promise<void>;
  /** Postpones one that was taken until it may be sent. */
  postpone(id: string, until: Date): Promise<void>;
}

export type SettledMessage = Pick<ScheduledMessage, 'status' | 'failure' | 'messageId'>;

export interface OwnScheduled {
  id: string;
  userId: string;
  at: Date;
}

type Row = Omit<ScheduledMessage, 'status'> & {
  status: string;
  settledAt: Date | null;
  claimedUntil: Date | null;
  postponedUntil: Date | null;
};
const fromRow = ({ claimedUntil: _, postponedUntil: __, settledAt: ___, ...row }: Row) =>
  row as ScheduledMessage;
/** A pending one that no worker is sending. */
const waiting = ({ id, userId, at }: OwnScheduled) => ({
  ...{ id, userId, status: 'SCHEDULED' },
  OR: [{ claimedUntil: null }, { claimedUntil: { lte: at } }],
});

const lockThoseOf = (db: Db, userId: string) => lockByName(db, `scheduled:${userId}`);

export const createScheduledMessageStore = (db: Db): ScheduledMessageStore => ({
  countWaitingLocked: async (userId) => {
    await lockThoseOf(db, userId);
    return db.scheduledMessage.count({ where: { userId, status: 'SCHEDULED' } });
  },
  add: async (scheduled) => {
    await db.scheduledMessage.create({ data: scheduled });
  },
  byClientId: async (userId, clientMessageId) => {
    const row = await db.scheduledMessage.findUnique({
      where: { userId_clientMessageId: { userId, clientMessageId } },
    });
    return row && fromRow(row);
  },
  findMany: async (ids) =>
    (await db.scheduledMessage.findMany({ where: { id: { in: [...ids] } } })).map(fromRow),
  waitingOf: async (userId, { from, limit }) => {
    const rows = await db.scheduledMessage.findMany({
      where: { userId, status: 'SCHEDULED', ...(from === null ? {} : { id: { lt: from } }) },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return rows.map(fromRow);
  },
  change: async (own, data) => {
    const [row] = await db.scheduledMessage.updateManyAndReturn({
      where: waiting(own),
      // An equal moment in another notation is the same.
      data: data.sendAt ? { ...data, postponedUntil: null } : data,
    });
    return row ? fromRow(row) : null;
  },
  cancel: async (own) => {
    const [row] = await db.scheduledMessage.updateManyAndReturn({
      where: waiting(own),
      data: { status: 'CANCELLED', settledAt: own.at, text: '' },
    });
    return row ? fromRow(row) : null;
  },
  claimDue: async (at, until, limit) => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      UPDATE scheduled_message SET claimed_until = ${until}
      WHERE id IN (
        SELECT id FROM scheduled_message
        WHERE status = 'SCHEDULED' AND send_at <= ${at}
          AND (claimed_until IS NULL OR claimed_until <= ${at})
          AND (postponed_until IS NULL OR postponed_until <= ${at})
        ORDER BY coalesce(postponed_until, send_at), id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id`;
    const claimed = await db.scheduledMessage.findMany({
      where: { id: { in: rows.map(({ id }) => id) } },
      orderBy: { sendAt: 'asc' },
    });
    return claimed.map(fromRow);
  },
  settle: async (id, result, settledAt) => {
    const textGone = result.status === 'SENT' ? { text: '' } : {};
    const { count } = await db.scheduledMessage.updateMany({
      where: { id, status: 'SCHEDULED' },
      data: { ...result, settledAt, ...textGone },
    });
    return count === 1;
  },
  noLongerAsStaff: async (userId) => {
    // One that is just being scheduled is waited for.
    await lockThoseOf(db, userId);
    await db.scheduledMessage.updateMany({
      where: { userId, status: 'SCHEDULED', asStaff: true },
      data: { asStaff: false },
    });
  },
  postpone: async (id, postponedUntil) => {
    const data = { claimedUntil: null, postponedUntil };
    await db.scheduledMessage.updateMany({ where: { id, status: 'SCHEDULED' }, data });
  },
});
