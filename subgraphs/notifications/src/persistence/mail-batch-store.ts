import { DIGEST_BATCH } from '../domain/mail-batches.ts';
import type { Db } from './client.ts';
import { earlierOf, waitsForItsTime } from './waiting-rows.ts';

/** A mail of notices, which later notices of the same person and batch join while it waits. */
export interface BatchedMail {
  id: string;
  userId: string;
  toAddress: string;
  batchKey: string;
  dueAt: Date;
}

/** The mail that a person's notices go into. */
export interface JoinedMail {
  emailId: string;
  userId: string;
  /** It was already waiting, with other notices. */
  joined: boolean;
}

/** Mails of notices, which collect the notices of a person and batch until they are sent. */
export interface MailBatches {
  /**
   * Returns, for each person and batch, the mail that is waiting, or this new one; none of them is sent
   * meanwhile.
   */
  joinBatches(mails: readonly BatchedMail[], at: Date): Promise<JoinedMail[]>;
  /** When the last mail of this batch was sent to a person. */
  lastSent(userId: string, batchKey: string): Promise<Date | null>;
  /** The rooms about which the person was sent a mail since then, in any batch but this one, and when. */
  roomsMailed(userId: string, since: Date, but: string | null): Promise<Map<string, Date>>;
  /** Ends a person's mails of notices that wait for their time and belong to no digest; returns them. */
  giveUpForDigest(userId: string, now: Date): Promise<string[]>;
  /** Changes the time of a person's waiting digest. */
  moveDigest(userId: string, to: { now: Date; dueAt: Date }): Promise<void>;
  /** More notices joined a waiting mail: it is decided again by then. */
  hasten(id: string, dueAt: Date): Promise<void>;
}

export const createMailBatches = (db: Db): MailBatches => {
  const { emailMessage } = db;
  return {
    joinBatches: async (mails, at) => {
      if (mails.length === 0) return [];
      // The same order everywhere, so that two occurrences for the same people cannot deadlock.
      const inOrder = [...mails].sort((a, b) => (a.userId < b.userId ? -1 : 1));
      const column = <Field extends keyof BatchedMail>(field: Field) =>
        inOrder.map((mail) => mail[field]);
      const rows = await db.$queryRaw<Omit<JoinedMail, 'joined'>[]>`
        INSERT INTO email_message (id, user_id, to_address, template, parameters, status, source_id,
          batch_key, created_at, due_at)
        SELECT mail.id, mail.user_id, mail.to_address, 'NOTICES', '{}'::jsonb, 'PENDING', mail.id,
          mail.batch_key, ${at}, mail.due_at
        FROM unnest(${column('id')}::text[], ${column('userId')}::text[],
          ${column('toAddress')}::text[], ${column('batchKey')}::text[],
          ${column('dueAt')}::timestamptz[]) AS mail(id, user_id, to_address, batch_key, due_at)
        ON CONFLICT (user_id, batch_key) WHERE status = 'PENDING' AND batch_key IS NOT NULL
        DO UPDATE SET user_id = excluded.user_id, due_at = ${earlierOf('email_message')}
        RETURNING id AS "emailId", user_id AS "userId"`;
      const written = new Set(mails.map(({ id }) => id));
      return rows.map((row) => ({ ...row, joined: !written.has(row.emailId) }));
    },
    lastSent: async (userId, batchKey) => {
      const last = await emailMessage.findFirst({
        where: { userId, batchKey, sentAt: { not: null } },
        orderBy: { sentAt: 'desc' },
        select: { sentAt: true },
      });
      return last?.sentAt ?? null;
    },
    roomsMailed: async (userId, since, but) => {
      const rows = await db.$queryRaw<{ roomId: string; at: Date }[]>`
        SELECT n.room_id AS "roomId", max(mail.sent_at) AS at FROM email_message mail
        JOIN delivery d ON d.email_id = mail.id AND d.status IN ('SENT', 'DELIVERED')
        JOIN notification n ON n.id = d.notification_id
        WHERE mail.user_id = ${userId} AND mail.sent_at > ${since} AND n.room_id IS NOT NULL
          AND mail.batch_key IS DISTINCT FROM ${but}
        GROUP BY n.room_id`;
      return new Map(rows.map(({ roomId, at }) => [roomId, at]));
    },
    giveUpForDigest: async (userId, now) => {
      const rows = await db.$queryRaw<{ id: string }[]>`
        UPDATE email_message SET status = 'SUPPRESSED', last_error = 'goes in a digest'
        WHERE user_id = ${userId} AND batch_key <> ${DIGEST_BATCH} AND queued_at IS NULL
          AND ${waitsForItsTime(now)}
        RETURNING id`;
      return rows.map(({ id }) => id);
    },
    moveDigest: async (userId, { now, dueAt }) => {
      await db.$executeRaw`
        UPDATE email_message SET due_at = ${dueAt}
        WHERE user_id = ${userId} AND batch_key = ${DIGEST_BATCH} AND queued_at IS NULL
          AND last_error IS NULL AND ${waitsForItsTime(now)}`;
    },
    hasten: async (id, dueAt) => {
      await emailMessage.updateMany({
        where: { id, status: 'PENDING', dueAt: { gt: dueAt } },
        data: { dueAt },
      });
    },
  };
};
