import { cutText } from '@souk/runtime/domain';
import { announceLocks } from '@souk/runtime/persistence';
import { type Claim, heldBy } from './claim.ts';
import type { Db } from './client.ts';
import { decideAgain, delayAnew, type OtherDelay, type WaitsFor } from './waiting-rows.ts';

/** A text message with a code for a number, or with a notice. */
export interface NewSms {
  id: string;
  userId: string;
  /** The number that a code is for; for a notice, the number is read when it is sent. */
  toNumber: string | null;
  notificationId: string | null;
  dueAt: Date;
}

export interface ClaimedSms extends Omit<NewSms, 'dueAt'>, Claim {
  attempts: number;
  attentiveSince: Date | null;
  /** A sender that died had claimed it before, so it may have been sent. */
  wasLeft: boolean;
}

export interface ReportedSms {
  userId: string;
  toNumber: string | null;
  notificationId: string | null;
  /** What was known of it before: `FAILED` also where it may have been sent although nobody answered. */
  was: 'PENDING' | 'SENT' | 'FAILED';
}

export interface SmsStore {
  /** One message waits for each notice, and says what is current when it is sent. */
  request(messages: readonly NewSms[], at: Date): Promise<void>;
  /**
   * Claims the message for this caller until then; null if it was sent, or if somebody else has claimed it.
   */
  claim(id: string, now: Date, until: Date): Promise<ClaimedSms | null>;
  /** False if the caller no longer holds it: somebody else records the result, or it is recorded already. */
  finish(
    claim: Claim,
    outcome: { status: 'SENT' | 'SUPPRESSED' | 'FAILED'; at: Date; to?: string; error?: string },
  ): Promise<boolean>;
  /** Releases it after a failed attempt. */
  giveBack(claim: Claim, why: { error: string; dueAt: Date }): Promise<void>;
  /** Releases it without an attempt, because its time has not come. */
  markWaiting(claim: Claim, why: { reason: string | null; at: Date; dueAt: Date }): Promise<void>;
  /**
   * The carrier's final report about a message that was sent, is just being sent, or was handed over without an answer;
   * null if there is no such message, or a report was recorded already.
   */
  report(
    id: string,
    report: { status: 'DELIVERED' | 'BOUNCED' | 'FAILED'; error: string | null; at: Date },
  ): Promise<ReportedSms | null>;
  /** Decides waiting messages of a person again, because what they wait for may be over. */
  decideAgain(userId: string, reasons: readonly WaitsFor[], now: Date): Promise<void>;
  /** The person has set another delay. */
  delayAnew(userId: string, other: OtherDelay): Promise<void>;
  due(now: Date, limit: number): Promise<{ id: string; dueAt: Date }[]>;
  postpone(ids: readonly string[], to: { queuedAt: Date; dueAt: Date }): Promise<void>;
  /** How many messages with notices were sent to a person since then. */
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
          WHERE id = ${id} AND (status = 'SENT' OR status = 'PENDING' AND claimed_until IS NOT NULL
            OR status = 'FAILED' AND sent_at IS NULL)
          FOR UPDATE)
        UPDATE sms_message message SET status = ${status}, last_error = ${error},
          claimed_until = NULL, sent_at = coalesce(sent_at, ${at}::timestamptz)
        FROM before WHERE message.id = before.id
        RETURNING user_id AS "userId", to_number AS "toNumber",
          notification_id AS "notificationId", before.status AS was`;
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
