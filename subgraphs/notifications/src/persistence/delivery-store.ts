import {
  type Delivery,
  type DeliveryReason,
  type DeliveryStatus,
  deliveryReasonOf,
} from '../domain/delivery.ts';
import type { Channel } from '../domain/notification.ts';
import type { Db } from './client.ts';

/** What became of an entry's latest occurrence on a channel. */
export interface LatestDelivery
  extends Pick<Delivery, 'channel' | 'status' | 'attemptedAt' | 'reason'> {
  notificationId: string;
}

export interface DeliveryStore {
  /** Writes down what is new of these; a person, source and channel decided before stays so. */
  record(deliveries: readonly Delivery[], at: Date): Promise<{ userId: string }[]>;
  /** Ties what was delivered to the entries it went into. */
  attach(
    source: { sourceId: string; channel: Channel },
    entries: readonly { id: string; userId: string }[],
  ): Promise<void>;
  /** What became of what waited to be sent of a notice. */
  settle(
    notificationId: string,
    channel: Channel,
    outcome: { status: DeliveryStatus; reason: DeliveryReason | null; at: Date },
  ): Promise<void>;
  latestOf(notificationIds: readonly string[]): Promise<LatestDelivery[]>;
}

export const createDeliveryStore = (db: Db): DeliveryStore => ({
  record: (deliveries, at) => {
    const column = <Field extends keyof Delivery>(field: Field) =>
      deliveries.map((delivery) => delivery[field]);
    return db.$queryRaw`
      INSERT INTO delivery (user_id, source_id, channel, kind, status, reason, attempted_at, created_at)
      SELECT *, ${at}::timestamptz FROM unnest(${column('userId')}::text[],
        ${column('sourceId')}::text[], ${column('channel')}::text[], ${column('kind')}::text[],
        ${column('status')}::text[], ${column('reason')}::text[],
        ${column('attemptedAt')}::timestamptz[])
      ON CONFLICT DO NOTHING RETURNING user_id AS "userId"`;
  },
  attach: async ({ sourceId, channel }, entries) => {
    await db.$executeRaw`
      UPDATE delivery SET notification_id = entry.id
      FROM unnest(${entries.map(({ id }) => id)}::text[],
        ${entries.map(({ userId }) => userId)}::text[]) AS entry(id, user_id)
      WHERE delivery.user_id = entry.user_id AND source_id = ${sourceId} AND channel = ${channel}`;
  },
  settle: async (notificationId, channel, { status, reason, at }) => {
    await db.$executeRaw`
      UPDATE delivery SET status = ${status}, reason = ${reason}, attempted_at = ${at}
      WHERE notification_id = ${notificationId} AND channel = ${channel} AND status = 'PENDING'`;
  },
  latestOf: async (notificationIds) => {
    const rows = await db.$queryRaw<LatestDelivery[]>`
      SELECT DISTINCT ON (notification_id, channel) notification_id AS "notificationId", channel,
        status, attempted_at AS "attemptedAt", reason
      FROM delivery WHERE notification_id = ANY(${[...notificationIds]})
      ORDER BY notification_id, channel, created_at DESC, source_id DESC`;
    return rows.map((row) => ({ ...row, reason: deliveryReasonOf(row.reason) }));
  },
});
