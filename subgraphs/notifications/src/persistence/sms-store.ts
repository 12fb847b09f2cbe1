import { cutText } from '@souk/runtime/domain';
import { announceLocks } from '@souk/runtime/persistence';
import { type Claim, heldBy } from './claim.ts';
import type { Db } from './client.ts';
import { decideAgain, delayAnew, type OtherDelay, type WaitsFor } from './waiting-rows.ts';

/** A text message with a code for a number, or with a notice. */
export interface NewSms {
  id: string;
  userId: string;
  /** The number that a code is for; of a notice it is asked for when it leaves. */
  toNumber: string | null;
  notificationId: string | null;
  dueAt: Date;
}

export interface ClaimedSms extends Omit<NewSms, 'dueAt'>, Claim {
  attempts: number;
  attentiveSince: Date | null;
  /** Somebody had it before and died with it: it may have gone. */
  wasLeft: boolean;
}

export interface ReportedSms {
  userId: string;
  toNumber: string | null;
  notificationId: string | null;
  wasSent: boolean;
}

export interface SmsStore {
  /** Of a notice one waits at a time, and says what is so then. */
  request(messages: readonly NewSms[], at: Date): Promise<void>;
  /** The message, for this caller alone until then; null when it is sent, or somebody else has it. */
  claim(id: string, now: Date, until: Date): Promise<ClaimedSms | null>;
  /** False when it is no longer the caller's: somebody else says what became of it, or it is said already. */
  finish(
    claim: Claim,
    outcome: { status: 'SENT' | 'SUPPRESSED' | 'FAILED'; at: Date; to?: string; error?: string },
  ): Promise<boolean>;
  /** Gives it back, tried in vain. */
  giveBack(claim: Claim, why: { error: string; dueAt: Date }): Promise<void>;
  /** Gives it back untried: its time has not come. */
  markWaiting(claim: Claim, why: { reason: string | null; at: Date; dueAt: Date }): Promise<void>;
  /**
   * What the carrier said at last of one that went, or is just going; null where there is none, or that is said
   * already. `wasSent` when its sender has written down that it went.
   */
  report(
    id: string,
    report: { status: 'DELIVERED' | 'BOUNCED' | 'FAILED'; error: string | null; at: Date },
  ): Promise<ReportedSms | null>;
  /** What somebody's messages wait for may be over. */
  decideAgain(userId: string, reasons: readonly WaitsFor[], now: Date): Promise<void>;
  /** They said another delay. */
  delayAnew(userId: string, other: OtherDelay): Promise<void>;
  due(now: Date, limit: number): Promise<{ id: string; dueAt: Date }[]>;
  postpone(ids: readonly string[], to: { queuedAt: Date; dueAt: Date }): Promise<void>;
  /** How many of notices went to somebody since then. */
  noticesSince(userId: string, since: Date): Promise<number>;
}

export const createSmsStore = (db: Db): SmsStore => {
  const { smsMessage } = db;
  return {
    request: async (messages, createdAt) => {
      await smsMessage.createMany({
        data: messages.map((message) => ({ ...message, status: 'PENDING', createdAt })),
        skipDuplicates: true,
      });
    },
    claim: async (id, now, until) => {
      announceLocks(db, id);
      const [row] = await db.$queryRaw<ClaimedSms[]>`
        WITH before AS (
          SELECT id, claimed_until FROM sms_message
          WHERE id = ${id} AND status = 'PENDING'
            AND (claimed_until IS NULL OR claimed_until < ${now})
          FOR UPDATE)
        UPDATE sms_message message
        SET claimed_until = ${until}, attempts = attempts + 1, due_at = ${until}
        FROM before WHERE message.id = before.id
        RETURNING message.id, user_id AS "userId", to_number AS "toNumber", attempts,
          notification_id AS "notificationId", attentive_since AS "attentiveSince",
          before.claimed_until IS NOT NULL AS "wasLeft", message.claimed_until AS "claimedUntil"`;
      return row ?? null;
    },
    finish: async (claim, { status, at, to, error }) => {
      const { count } = await smsMessage.updateMany({
        where: heldBy(claim),
        data: {
          status,
          claimedUntil: null,
          lastError: error ? cutText(error, 500) : null,
          ...(status === 'SENT' ? { sentAt: at } : {}),
          ...(to === undefined ? {} : { toNumber: to }),
        },
      });
      return count > 0;
    },
    giveBack: async (claim, { error, dueAt }) => {
      await smsMessage.updateMany({
        where: heldBy(claim),
        data: { claimedUntil: null, lastError: cutText(error, 500), dueAt },
      });
    },
    markWaiting: async ({ id, claimedUntil }, { reason, at, dueAt }) => {
      await db.$executeRaw`
        UPDATE sms_message SET attempts = attempts - 1, last_error = ${reason},
          claimed_until = NULL, due_at = ${dueAt},
          attentive_since = CASE WHEN ${reason} = 'ATTENTIVE'
            THEN coalesce(attentive_since, ${at}::timestamptz) END
        WHERE id = ${id} AND claimed_until = ${claimedUntil} AND status = 'PENDING'`;
    },
    report: async (id, { status, error, at }) => {
      announceLocks(db, id);
      const [row] = await db.$queryRaw<ReportedSms[]>`
        WITH before AS (
          SELECT id, status FROM sms_message
          WHERE id = ${id} AND (status = 'SENT' OR status = 'PENDING' AND claimed_until IS NOT NULL)
          FOR UPDATE)
        UPDATE sms_message message SET status = ${status}, last_error = ${error},
          claimed_until = NULL, sent_at = coalesce(sent_at, ${at}::timestamptz)
        FROM before WHERE message.id = before.id
        RETURNING user_id AS "userId", to_number AS "toNumber",
          notification_id AS "notificationId", before.status = 'SENT' AS "wasSent"`;
      return row ?? null;
    },
    decideAgain: decideAgain(db, 'sms_message'),
    delayAnew: delayAnew(db, 'sms_message'),
    due: (now, limit) =>
      smsMessage.findMany({
        where: { status: 'PENDING', dueAt: { lte: now } },
        select: { id: true, dueAt: true },
        orderBy: { dueAt: 'asc' },
        take: limit,
      }),
    postpone: async (ids, { queuedAt, dueAt }) => {
      await smsMessage.updateMany({
        where: { id: { in: [...ids] }, status: 'PENDING', dueAt: { lte: queuedAt } },
        data: { dueAt },
      });
    },
    noticesSince: (userId, since) =>
      smsMessage.count({
        where: { userId, notificationId: { not: null }, sentAt: { gt: since } },
      }),
  };
};
