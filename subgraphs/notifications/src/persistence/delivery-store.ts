import { Prisma } from '../__generated__/prisma/client.ts';
import { type Delivery, type DeliveryStatus, deliveryReasonOf } from '../domain/delivery.ts';
import type { DeliveryReason } from '../domain/delivery-rules.ts';
import type { Channel } from '../domain/notification.ts';
import type { Db } from './client.ts';

/** What happened to an occurrence on a channel. */
export interface LatestDelivery
  extends Pick<Delivery, 'channel' | 'status' | 'attemptedAt' | 'reason' | 'rule'> {
  notificationId: string | null;
  emailId: string | null;
  deviceId: string | null;
  providerId: string | null;
}

/** How a delivery that was waiting ended. */
export interface DeliveryOutcome {
  status: DeliveryStatus;
  reason: DeliveryReason | null;
  rule?: string | null;
  at: Date;
  providerId?: string | null;
  deviceId?: string | null;
}

/** What a delivery waits for, and the setting or rule that makes it wait. */
export interface WaitingFor {
  reason: DeliveryReason | null;
  rule: string | null;
}

/** Selects deliveries of some notices on a channel that are waiting. */
export interface WaitingDeliveries {
  userId: string;
  notificationIds: readonly string[];
  channel: Channel;
  /** Only those of these sources; all that wait if left out. */
  sourceIds?: readonly string[];
}

/** The deliveries of one notice that wait on a channel. */
export interface WaitingOccurrences {
  sourceIds: readonly string[];
  /** How many there ever were: if there are more later, another one came. */
  total: number;
}

export interface DeliveryStore {
  /**
   * Records those that are new. If a person, source and channel was decided before, the first decision stays.
   * Nothing is recorded for erased people.
   */
  record(deliveries: readonly Delivery[], at: Date): Promise<{ userId: string }[]>;
  /** Links deliveries to the inbox entries that they went into. */
  attach(
    source: { sourceId: string; channel: Channel },
    entries: readonly { id: string; userId: string }[],
  ): Promise<void>;
  /**
   * Assigns the deliveries of a source that wait for a mail to these mails, and marks those that joined a
   * mail of others.
   */
  waitForMail(
    sourceId: string,
    mails: readonly { userId: string; emailId: string; joined: boolean }[],
  ): Promise<void>;
  /** What waits for a mail: the notices, oldest first, and their sources. */
  waitingIn(email: {
    id: string;
    notificationId: string | null;
  }): Promise<{ notificationIds: string[]; sourceIds: string[] }>;
  /** The deliveries of one notice that wait on a channel. */
  waitingOf(notificationId: string, channel: Channel): Promise<WaitingOccurrences>;
  /** Records what happened to deliveries that were waiting. */
  settle(which: WaitingDeliveries, outcome: DeliveryOutcome): Promise<void>;
  /** Records what the waiting deliveries of these notices wait for. */
  noteWaiting(which: WaitingDeliveries, why: WaitingFor): Promise<void>;
  /** Moves the waiting deliveries of these notices to another mail. */
  moveToMail(which: WaitingDeliveries, emailId: string): Promise<void>;
  /** Moves the deliveries that wait for these mails to another mail. */
  moveFromMails(emailIds: readonly string[], to: string): Promise<void>;
  /** The notices among these that a mail was sent about. */
  mailedAmong(notificationIds: readonly string[]): Promise<Set<string>>;
  /** Records what a mail server or the recipient said about a mail that had ended. */
  returned(emailId: string, outcome: DeliveryOutcome): Promise<void>;
  /** Records what the carrier said later about a text message that it had accepted, perhaps without an answer. */
  reported(
    which: {
      userId: string;
      notificationId: string;
      providerId: string | null;
      was: 'SENT' | 'FAILED';
    },
    outcome: DeliveryOutcome,
  ): Promise<void>;
  /** Those that failed with this mail wait for it again. */
  reopen(emailId: string): Promise<void>;
  latestOf(notificationIds: readonly string[]): Promise<LatestDelivery[]>;
  /** What happened to one occurrence for a person, by channel. */
  ofSource(userId: string, sourceId: string): Promise<LatestDelivery[]>;
}

export const createDeliveryStore = (db: Db): DeliveryStore => ({
  record: (deliveries, at) => {
    const column = <Field extends keyof Delivery>(field: Field) =>
      deliveries.map((delivery) => delivery[field]);
    return db.$queryRaw`
      INSERT INTO delivery (user_id, source_id, channel, kind, status, reason, rule,
        notification_id, attempted_at, created_at)
      SELECT given.*, ${at}::timestamptz FROM unnest(${column('userId')}::text[],
        ${column('sourceId')}::text[], ${column('channel')}::text[], ${column('kind')}::text[],
        ${column('status')}::text[], ${column('reason')}::text[], ${column('rule')}::text[],
        ${column('notificationId')}::text[], ${column('attemptedAt')}::timestamptz[]) AS given(user_id)
      WHERE NOT EXISTS (SELECT FROM person WHERE person.user_id = given.user_id AND person.username = '')
      ON CONFLICT DO NOTHING RETURNING user_id AS "userId"`;
  },
  attach: async ({ sourceId, channel }, entries) => {
    await db.$executeRaw`
      UPDATE delivery SET notification_id = entry.id
      FROM unnest(${entries.map(({ id }) => id)}::text[],
        ${entries.map(({ userId }) => userId)}::text[]) AS entry(id, user_id)
      WHERE delivery.user_id = entry.user_id AND source_id = ${sourceId} AND channel = ${channel}`;
  },
  waitForMail: async (sourceId, mails) => {
    await db.$executeRaw`
      UPDATE delivery SET email_id = mail.id,
        reason = CASE WHEN mail.joined THEN 'BATCHED_INTO' END
      FROM unnest(${mails.map(({ userId }) => userId)}::text[],
        ${mails.map(({ emailId }) => emailId)}::text[],
        ${mails.map(({ joined }) => joined)}::boolean[]) AS mail(user_id, id, joined)
      WHERE delivery.user_id = mail.user_id AND source_id = ${sourceId} AND channel = 'EMAIL'
        AND status = 'PENDING'`;
  },
  waitingIn: async ({ id, notificationId }) => {
    const rows = await db.$queryRaw<{ id: string; sourceIds: string[] }[]>`
      SELECT notification_id AS id, array_agg(source_id) AS "sourceIds" FROM delivery
      WHERE (email_id = ${id} OR notification_id = ${notificationId} AND email_id IS NULL)
        AND channel = 'EMAIL' AND status = 'PENDING' AND notification_id IS NOT NULL
      GROUP BY notification_id ORDER BY notification_id`;
    return {
      notificationIds: rows.map((row) => row.id),
      sourceIds: rows.flatMap(({ sourceIds }) => sourceIds),
    };
  },
  waitingOf: async (notificationId, channel) => {
    const [waiting] = await db.$queryRaw<WaitingOccurrences[]>`
      SELECT count(*)::int AS total,
        coalesce(array_agg(source_id) FILTER (WHERE status = 'PENDING'), '{}') AS "sourceIds"
      FROM delivery WHERE notification_id = ${notificationId} AND channel = ${channel}`;
    return waiting ?? { total: 0, sourceIds: [] };
  },
  settle: async ({ userId, notificationIds, channel, sourceIds }, outcome) => {
    const { status, reason, rule = null, at, providerId = null, deviceId = null } = outcome;
    // Those that were sent in an earlier mail keep that mail.
    await db.$executeRaw`
      UPDATE delivery SET status = ${status}, rule = ${rule}, attempted_at = ${at},
        reason = coalesce(${reason}, CASE WHEN ${status} = 'SENT' THEN reason END),
        provider_id = ${providerId}, device_id = ${deviceId}
      WHERE notification_id = ANY(${[...notificationIds]}) AND user_id = ${userId}
        AND channel = ${channel} AND status = 'PENDING' ${ofSources(sourceIds)}`;
  },
  noteWaiting: async ({ userId, notificationIds, channel, sourceIds }, { reason, rule }) => {
    // A person who is present is asked about every minute, and usually waits for the same thing as before.
    await db.$executeRaw`
      UPDATE delivery SET waits_for = ${reason}, rule = ${rule}
      WHERE notification_id = ANY(${[...notificationIds]}) AND user_id = ${userId}
        AND channel = ${channel} AND status = 'PENDING' ${ofSources(sourceIds)}
        AND (waits_for, rule) IS DISTINCT FROM (${reason}::text, ${rule}::text)`;
  },
  moveToMail: async ({ userId, notificationIds, channel, sourceIds }, emailId) => {
    await db.$executeRaw`
      UPDATE delivery SET email_id = ${emailId}
      WHERE notification_id = ANY(${[...notificationIds]}) AND user_id = ${userId}
        AND channel = ${channel} AND status = 'PENDING' ${ofSources(sourceIds)}`;
  },
  moveFromMails: async (emailIds, to) => {
    await db.$executeRaw`
      UPDATE delivery SET email_id = ${to}
      WHERE email_id = ANY(${[...emailIds]}) AND channel = 'EMAIL' AND status = 'PENDING'`;
  },
  mailedAmong: async (notificationIds) => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT DISTINCT notification_id AS id FROM delivery
      WHERE notification_id = ANY(${[...notificationIds]}) AND channel = 'EMAIL'
        AND status IN ('SENT', 'DELIVERED')`;
    return new Set(rows.map(({ id }) => id));
  },
  returned: async (emailId, { status, reason, at }) => {
    await db.$executeRaw`
      UPDATE delivery SET status = ${status}, reason = ${reason}, attempted_at = ${at}
      WHERE email_id = ${emailId} AND status IN ('SENT', 'DELIVERED', 'FAILED')`;
  },
  reported: async ({ userId, notificationId, providerId, was }, { status, reason, at }) => {
    // The carrier's id of one that failed is not known.
    await db.$executeRaw`
      UPDATE delivery SET status = ${status}, reason = ${reason}, attempted_at = ${at}, provider_id = ${providerId}
      WHERE notification_id = ${notificationId} AND user_id = ${userId} AND channel = 'SMS' AND status = ${was}
        AND (provider_id = ${providerId} OR provider_id IS NULL AND ${was} = 'FAILED')`;
  },
  reopen: async (emailId) => {
    await db.$executeRaw`
      UPDATE delivery SET status = 'PENDING', reason = NULL, rule = NULL, waits_for = NULL
      WHERE email_id = ${emailId} AND status = 'FAILED'`;
  },
  latestOf: async (notificationIds) => {
    const rows = await db.$queryRaw<(LatestDelivery & { waitsFor: string | null })[]>`
      SELECT DISTINCT ON (notification_id, channel) notification_id AS "notificationId", channel,
        status, attempted_at AS "attemptedAt", reason, waits_for AS "waitsFor", rule, email_id AS "emailId",
        device_id AS "deviceId", provider_id AS "providerId"
      FROM delivery WHERE notification_id = ANY(${[...notificationIds]})
      ORDER BY notification_id, channel, created_at DESC, source_id DESC`;
    return rows.map(readable);
  },
  ofSource: async (userId, sourceId) => {
    const rows = await db.delivery.findMany({ where: { userId, sourceId } });
    return rows.map(({ createdAt: _, ...row }) =>
      readable(row as unknown as Parameters<typeof readable>[0]),
    );
  },
});

const ofSources = (sourceIds: readonly string[] | undefined) =>
  sourceIds ? Prisma.sql`AND source_id = ANY(${[...sourceIds]})` : Prisma.empty;

/** A waiting delivery says what it waits for, if that is known; one that ended says why. */
const readable = ({ waitsFor, ...row }: LatestDelivery & { waitsFor: string | null }) => ({
  ...row,
  reason: deliveryReasonOf(row.status === 'PENDING' ? (waitsFor ?? row.reason) : row.reason),
});
