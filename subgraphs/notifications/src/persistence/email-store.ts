import { cutText } from '@souk/runtime/domain';
import type { EmailMessage as EmailRow } from '../__generated__/prisma/client.ts';
import type { DeliveryStatus } from '../domain/delivery.ts';
import type { MailContent } from '../domain/email.ts';
import type { Db } from './client.ts';

export interface NewEmail {
  id: string;
  userId: string | null;
  toAddress: string;
  content: MailContent;
  /** The event that asked for it: one mail of a template for each. */
  sourceId: string;
  createdAt: Date;
}

export interface Email {
  id: string;
  template: string;
  status: DeliveryStatus;
  attempts: number;
  lastError: string | null;
  createdAt: Date;
}

export interface ClaimedEmail {
  id: string;
  userId: string | null;
  notificationId: string | null;
  createdAt: Date;
  toAddress: string;
  attempts: number;
  content: MailContent;
}

/** A mail of missed messages, for each person's notice. */
export interface MissedMailRequest {
  id: string;
  userId: string;
  toAddress: string;
  notificationId: string;
}

export interface EmailStore {
  /**
   * Writes those for whose notices there is none yet, but for one that was held back; resolves to
   * the people they are for.
   */
  insertMissed(
    mails: readonly MissedMailRequest[],
    of: { messageId: string; createdAt: Date; dueAt: Date },
  ): Promise<string[]>;
  /** Gives up a mail that is not to be sent. */
  markSuppressed(id: string): Promise<void>;
  /** False when the same event asked before. */
  insert(email: NewEmail, dueAt: Date): Promise<boolean>;
  /** The mail, for this caller alone until then; null when it is sent, or somebody else has it. */
  claim(id: string, now: Date, until: Date): Promise<ClaimedEmail | null>;
  markSent(id: string, providerId: string | null, at: Date): Promise<void>;
  /** Gives the mail back; `status` PENDING has it tried again from `dueAt` on. */
  markRefused(
    id: string,
    refusal: { status: 'PENDING' | 'FAILED'; error: string; dueAt: Date },
  ): Promise<void>;
  /** Gives back a mail that nobody tried to send, as its time has not come: that is no attempt. */
  markWaiting(id: string, reason: string, dueAt: Date): Promise<void>;
  /** Pending mails whose time has come. */
  due(now: Date, limit: number): Promise<{ id: string; dueAt: Date }[]>;
  postpone(ids: readonly string[], dueAt: Date): Promise<void>;
  findMany(ids: readonly string[]): Promise<Email[]>;
  /** Newest first, older than `before`. */
  page(
    statuses: readonly DeliveryStatus[] | null,
    page: { before: string | null; limit: number },
  ): Promise<Email[]>;
}

export const createEmailStore = (db: Db): EmailStore => {
  const { emailMessage } = db;
  return {
    insert: async ({ content, ...email }, dueAt) => {
      const { template, parameters } = content;
      const { count } = await emailMessage.createMany({
        data: [{ ...email, template, parameters, status: 'PENDING', dueAt }],
        skipDuplicates: true,
      });
      return count === 1;
    },
    claim: async (id, now, until) => {
      const [row] = await db.$queryRaw<(ClaimedEmail & MailContent)[]>`
      UPDATE email_message SET claimed_until = ${until}, attempts = attempts + 1, due_at = ${until}
      WHERE id = ${id} AND status = 'PENDING' AND (claimed_until IS NULL OR claimed_until < ${now})
      RETURNING id, user_id AS "userId", notification_id AS "notificationId",
        created_at AS "createdAt", to_address AS "toAddress", attempts, template, parameters`;
      if (!row) return null;
      const { template, parameters, ...claimed } = row;
      return { ...claimed, content: { template, parameters } as MailContent };
    },
    insertMissed: async (mails, { messageId, createdAt, dueAt }) => {
      const rows = await db.$queryRaw<{ user_id: string }[]>`
        INSERT INTO email_message (id, user_id, to_address, template, parameters, status, source_id,
          notification_id, created_at, due_at)
        SELECT mail.id, mail.user_id, mail.to_address, 'MISSED_MESSAGES', '{}'::jsonb, 'PENDING',
          ${messageId} || ':' || mail.user_id, mail.notification_id, ${createdAt}, ${dueAt}
        FROM unnest(${mails.map(({ id }) => id)}::text[],
          ${mails.map(({ userId }) => userId)}::text[],
          ${mails.map(({ toAddress }) => toAddress)}::text[],
          ${mails.map(({ notificationId }) => notificationId)}::text[])
          AS mail(id, user_id, to_address, notification_id)
        ON CONFLICT DO NOTHING RETURNING user_id`;
      return rows.map(({ user_id }) => user_id);
    },
    markSuppressed: async (id) => {
      await emailMessage.update({
        where: { id },
        data: { status: 'SUPPRESSED', claimedUntil: null, parameters: {} },
      });
    },
    markSent: async (id, providerId, at) => {
      await emailMessage.update({
        where: { id },
        data: {
          status: 'SENT',
          providerId,
          sentAt: at,
          claimedUntil: null,
          lastError: null,
          parameters: {},
        },
      });
    },
    markRefused: async (id, { status, error, dueAt }) => {
      await emailMessage.update({
        where: { id },
        data: {
          status,
          lastError: cutText(error, 500),
          claimedUntil: null,
          dueAt,
          ...(status === 'FAILED' ? { parameters: {} } : {}),
        },
      });
    },
    markWaiting: async (id, reason, dueAt) => {
      await emailMessage.update({
        where: { id },
        data: { attempts: { decrement: 1 }, lastError: reason, claimedUntil: null, dueAt },
      });
    },
    due: (now, limit) =>
      emailMessage.findMany({
        where: { status: 'PENDING', dueAt: { lte: now } },
        select: { id: true, dueAt: true },
        orderBy: { dueAt: 'asc' },
        take: limit,
      }),
    postpone: async (ids, dueAt) => {
      await emailMessage.updateMany({
        where: { id: { in: [...ids] }, status: 'PENDING' },
        data: { dueAt },
      });
    },
    findMany: async (ids) => {
      const rows = await emailMessage.findMany({ where: { id: { in: [...ids] } } });
      return rows.map(emailOfRow);
    },
    page: async (statuses, { before, limit }) => {
      const rows = await emailMessage.findMany({
        where: {
          ...(statuses ? { status: { in: [...statuses] } } : {}),
          ...(before === null ? {} : { id: { lt: before } }),
        },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(emailOfRow);
    },
  };
};

const emailOfRow = (row: EmailRow): Email => ({
  id: row.id,
  template: row.template,
  status: row.status as DeliveryStatus,
  attempts: row.attempts,
  lastError: row.lastError,
  createdAt: row.createdAt,
});
