import { cutText } from '@souk/runtime/domain';
import { type EmailMessage as EmailRow, Prisma } from '../__generated__/prisma/client.ts';
import type { DeliveryStatus } from '../domain/delivery.ts';
import type { MailContent } from '../domain/email.ts';
import { type Claim, heldBy } from './claim.ts';
import type { Db } from './client.ts';
import { createMailBatches, type MailBatches } from './mail-batch-store.ts';
import type { Refusal } from './person-store.ts';
import { decideAgain, delayAnew, type OtherDelay, type WaitsFor } from './waiting-rows.ts';

export interface NewEmail {
  id: string;
  userId: string | null;
  toAddress: string;
  content: MailContent;
  /** The event that requested it: each event requests one mail of a template. */
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

export interface ClaimedEmail extends Claim {
  userId: string | null;
  /** The notice that a mail of an earlier version stands for. */
  notificationId: string | null;
  /** What its notices have in common; null for a mail without notices. */
  batchKey: string | null;
  /** Since when it has waited because its reader is present; null if it does not. */
  attentiveSince: Date | null;
  toAddress: string;
  attempts: number;
  /** An earlier attempt had sent it without knowing, since the mail came back. */
  returned: Refusal | null;
  content: MailContent;
}

export interface EmailStore extends MailBatches {
  /** Gives up a mail that should not be sent; false if it was returned, or the caller no longer holds it. */
  markSuppressed(claim: Claim): Promise<boolean>;
  /** Gives up a mail that was only just written, with the reason. */
  holdBack(id: string, why: string): Promise<void>;
  /** False if the same event requested it before. */
  insert(email: NewEmail, dueAt: Date): Promise<boolean>;
  /** Claims the mail for this caller until then; null if it was sent, or if somebody else has claimed it. */
  claim(id: string, now: Date, until: Date): Promise<ClaimedEmail | null>;
  /** It goes to this address now, instead of the one for which it was written. */
  readdress(claim: Claim, to: string): Promise<void>;
  /**
   * False if the mail was returned already, or if the caller no longer holds it: then somebody else sends it
   * and records the result.
   */
  markSent(claim: Claim, sent: { providerId: string | null; at: Date }): Promise<boolean>;
  /**
   * Releases the mail; with `status` PENDING it is tried again from `dueAt`. False if it was returned already,
   * or if the caller no longer holds it.
   */
  markRefused(
    claim: Claim,
    refusal: { status: 'PENDING' | 'FAILED'; error: string; dueAt: Date },
  ): Promise<boolean>;
  /**
   * Releases a mail that nobody tried to send because its time has not come. This is not an attempt, and
   * earlier attempts no longer count, because a mail that merely waits holds back no others.
   */
  markWaiting(claim: Claim, why: { reason: string | null; at: Date; dueAt: Date }): Promise<void>;
  /** Decides waiting mails of a person again, because what they wait for may be over. */
  decideAgain(userId: string, reasons: readonly WaitsFor[], now: Date): Promise<void>;
  /** The person has set another delay. */
  delayAnew(userId: string, other: OtherDelay): Promise<void>;
  /** Pending mails that are due; of a person's mails of notices only the first. */
  due(now: Date, limit: number): Promise<{ id: string; dueAt: Date }[]>;
  /** The next due mail of notices for the recipient of this one. */
  dueAfter(id: string, now: Date): Promise<{ id: string; dueAt: Date } | null>;
  /** There is now a job on the queue for them; the sweep looks for them again only after that time. */
  postpone(ids: readonly string[], to: { queuedAt: Date; dueAt: Date }): Promise<void>;
  /**
   * Retries a mail that was given up, unless it contained a code, which has been deleted; false if there is
   * no such mail.
   */
  retry(id: string, at: Date): Promise<boolean>;
  /**
   * The mail bounced, or was reported; null if there is no such mail, or it was recorded already. A mail that
   * is PENDING stays so until its sender ends it (`endReturned`), because only its sender knows what was in it.
   */
  markReturned(
    id: string,
    returned: { as: Refusal; why: string; at: Date },
  ): Promise<{ userId: string | null; toAddress: string } | null>;
  /** Ends a mail that was returned while the caller holds it; null if it was not. */
  endReturned(claim: Claim): Promise<Refusal | null>;
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
    ...createMailBatches(db),
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
      UPDATE email_message mail
      SET claimed_until = ${until}, attempts = attempts + 1, due_at = ${until}
      WHERE id = ${id} AND status = 'PENDING' AND (claimed_until IS NULL OR claimed_until < ${now})
        AND ${isNext(now)}
      RETURNING id, user_id AS "userId", notification_id AS "notificationId",
        batch_key AS "batchKey", attentive_since AS "attentiveSince", to_address AS "toAddress", attempts,
        returned, template, parameters, claimed_until AS "claimedUntil"`;
      if (!row) return null;
      const { template, parameters, ...claimed } = row;
      return { ...claimed, content: { template, parameters } as MailContent };
    },
    holdBack: async (id, lastError) => {
      await emailMessage.updateMany({
        where: { id, status: 'PENDING' },
        data: { status: 'SUPPRESSED', lastError, parameters: {} },
      });
    },
    markSuppressed: async (claim) => {
      const { count } = await emailMessage.updateMany({
        where: notReturned(claim),
        data: { status: 'SUPPRESSED', claimedUntil: null, parameters: {} },
      });
      return count > 0;
    },
    readdress: async (claim, toAddress) => {
      // The address of an erased person is empty, and stays so.
      await emailMessage.updateMany({
        where: { ...heldBy(claim), toAddress: { not: '' } },
        data: { toAddress },
      });
    },
    markSent: async (claim, { providerId, at }) => {
      const { count } = await emailMessage.updateMany({
        where: notReturned(claim),
        data: {
          status: 'SENT',
          providerId,
          sentAt: at,
          claimedUntil: null,
          lastError: null,
          parameters: {},
        },
      });
      return count > 0;
    },
    markRefused: async (claim, { status, error, dueAt }) => {
      const { count } = await emailMessage.updateMany({
        where: notReturned(claim),
        data: {
          status,
          lastError: cutText(error, 500),
          claimedUntil: null,
          dueAt,
        },
      });
      // A code is stored no longer than needed; other failed mails can be retried.
      if (count > 0 && status === 'FAILED') {
        await emailMessage.updateMany({
          where: { id: claim.id, status, template: 'CODE' },
          data: { parameters: {} },
        });
      }
      return count > 0;
    },
    markWaiting: async ({ id, claimedUntil }, { reason, at, dueAt }) => {
      await db.$executeRaw`
        UPDATE email_message SET attempts = 0, last_error = ${reason},
          claimed_until = NULL, queued_at = NULL, due_at = ${dueAt},
          attentive_since = CASE WHEN ${reason} = 'ATTENTIVE'
            THEN coalesce(attentive_since, ${at}::timestamptz) END
        WHERE id = ${id} AND claimed_until = ${claimedUntil} AND status = 'PENDING'`;
    },
    decideAgain: decideAgain(db, 'email_message'),
    delayAnew: delayAnew(db, 'email_message'),
    due: (now, limit) => db.$queryRaw`
      SELECT id, due_at AS "dueAt" FROM email_message mail
      WHERE status = 'PENDING' AND due_at <= ${now} AND ${isNext(now)}
      ORDER BY due_at LIMIT ${limit}`,
    dueAfter: async (id, now) => {
      const [next] = await db.$queryRaw<{ id: string; dueAt: Date }[]>`
        SELECT mail.id, mail.due_at AS "dueAt" FROM email_message before
        JOIN email_message mail ON mail.user_id = before.user_id
        WHERE before.id = ${id} AND before.batch_key IS NOT NULL AND mail.batch_key IS NOT NULL
          AND mail.status = 'PENDING' AND mail.due_at <= ${now} AND ${isNext(now)}
        ORDER BY mail.id LIMIT 1`;
      return next ?? null;
    },
    postpone: async (ids, { queuedAt, dueAt }) => {
      await emailMessage.updateMany({
        where: { id: { in: [...ids] }, status: 'PENDING', dueAt: { lte: queuedAt } },
        data: { dueAt, queuedAt },
      });
    },
    retry: async (id, at) => {
      // It stands alone from now on, since another mail of its batch may be waiting already.
      const retried = await db.$executeRaw`
        UPDATE email_message SET status = 'PENDING', attempts = 0, last_error = NULL,
          queued_at = NULL, due_at = ${at}, batch_key = CASE WHEN batch_key IS NOT NULL THEN id END
        WHERE id = ${id} AND status = 'FAILED' AND template <> 'CODE'`;
      return retried === 1;
    },
    markReturned: async (id, { as, why, at }) => {
      // Whatever its status is: an attempt whose answer was lost may have sent it.
      const [row] = await db.$queryRaw<{ userId: string | null; toAddress: string }[]>`
        UPDATE email_message SET returned = ${as}, last_error = ${cutText(why, 500)},
          status = CASE status WHEN 'PENDING' THEN status ELSE ${as} END,
          sent_at = coalesce(sent_at, ${at}::timestamptz),
          due_at = CASE WHEN status = 'PENDING' AND claimed_until IS NULL
            THEN least(due_at, ${at}::timestamptz) ELSE due_at END
        WHERE id = ${id} AND returned IS NULL AND status NOT IN ('BOUNCED', 'COMPLAINED')
        RETURNING user_id AS "userId", to_address AS "toAddress"`;
      return row ?? null;
    },
    endReturned: async ({ id, claimedUntil }) => {
      const [row] = await db.$queryRaw<{ status: Refusal }[]>`
        UPDATE email_message SET status = returned, claimed_until = NULL, parameters = '{}'::jsonb
        WHERE id = ${id} AND claimed_until = ${claimedUntil} AND status = 'PENDING'
          AND returned IS NOT NULL
        RETURNING status`;
      return row?.status ?? null;
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

/** Held by this sender, who may record how the mail ended: a return that came earlier stays. */
const notReturned = (claim: Claim) => ({ ...heldBy(claim), returned: null });

/**
 * Mails of notices for one person are sent in the order in which they were written: one that is due, on the
 * queue or refused before holds back the later ones. One that merely waits does not.
 */
const isNext = (now: Date) => Prisma.sql`(mail.batch_key IS NULL OR NOT EXISTS (
  SELECT 1 FROM email_message earlier
  WHERE earlier.user_id = mail.user_id AND earlier.batch_key IS NOT NULL
    AND earlier.status = 'PENDING' AND earlier.id < mail.id
    AND (earlier.due_at <= ${now} OR earlier.attempts > 0 OR earlier.queued_at IS NOT NULL)))`;

const emailOfRow = (row: EmailRow): Email => ({
  id: row.id,
  template: row.template,
  status: row.status as DeliveryStatus,
  attempts: row.attempts,
  lastError: row.lastError,
  createdAt: row.createdAt,
});
