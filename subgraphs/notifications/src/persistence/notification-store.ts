import { type Notification as NotificationRow, Prisma } from '../__generated__/prisma/client.ts';
import {
  KINDS,
  MOST_NAMED,
  type Notification,
  type NotificationKind,
  type UnreadCounts,
} from '../domain/notification.ts';
import type { Db } from './client.ts';

/** Something that happened, on its way into inboxes. */
export interface Occurrence {
  kind: NotificationKind;
  /** Occurrences of one subject grow one entry while it is unread; null makes an entry each. */
  subject: string | null;
  title: string | null;
  body: string;
  actorId: string | null;
  roomId: string | null;
  messageId: string | null;
  orderId: string | null;
  /** Its place in its own stream: the newest one gives the entry its text. */
  sequence: number;
  at: Date;
}

export interface InboxCriteria {
  userId: string;
  kinds: readonly NotificationKind[] | null;
  unreadOnly: boolean;
}

/** Where a row stands in an inbox: when it last grew, and its id. */
export type InboxPosition = [updatedAt: string, id: string];

/** What tells of a room, as far as its newest occurrence lies before this place in its stream. */
export interface RoomReadTo {
  roomId: string;
  readUpTo: number;
}

/** What was marked as read. */
export interface MarkedRead {
  count: number;
  /** Of the first `MOST_NAMED` and one more. */
  ids: readonly string[];
}

/**
 * The inboxes. A notice of a kind that only the next release knows is for its processes to show: here it
 * is neither given nor counted, so that the rest of an inbox can be read.
 */
export interface NotificationStore {
  /** Puts a occurrence into these inboxes: a new entry (of the id given), or one more on its entry. */
  raise(
    occurrence: Occurrence,
    recipients: readonly { userId: string; newId: string }[],
  ): Promise<{ id: string; userId: string }[]>;
  /** Remembers the place of each entry's newest event in its owner's stream. */
  setStreamSequences(places: readonly { id: string; sequence: number }[]): Promise<void>;
  /** The person's notices among these that are in the inbox, in no order. */
  findOwn(userId: string, ids: readonly string[]): Promise<Notification[]>;
  page(
    criteria: InboxCriteria,
    page: { from: InboxPosition | null; limit: number },
  ): Promise<Notification[]>;
  count(criteria: InboxCriteria): Promise<number>;
  unreadOf(userIds: readonly string[]): Promise<UnreadCounts[]>;
  /** Marks what is unread of these, or up to a place in the person's stream. */
  markRead(
    userId: string,
    which: { ids: readonly string[] } | { upToSequence: number } | RoomReadTo,
    at: Date,
  ): Promise<MarkedRead>;
  /** False when there is none of this id in the person's inbox. */
  dismiss(userId: string, id: string, at: Date): Promise<boolean>;
}

export const createNotificationStore = (db: Db): NotificationStore => {
  const { notification } = db;
  return {
    raise: async (occurrence, recipients) => {
      // In one order everywhere, so that two occurrences for the same people cannot deadlock.
      const inOrder = [...recipients].sort((a, b) => (a.userId < b.userId ? -1 : 1));
      const { kind, subject, title, body, actorId, roomId, messageId, orderId } = occurrence;
      return db.$queryRaw`
        INSERT INTO notification (id, user_id, kind, subject, title, body, actor_id, room_id,
          message_id, order_id, source_sequence, created_at, updated_at)
        SELECT recipient.id, recipient.user_id, ${kind}, ${subject}, ${title}, ${body}, ${actorId},
          ${roomId}, ${messageId}, ${orderId}, ${occurrence.sequence}::bigint,
          ${occurrence.at}::timestamptz, ${occurrence.at}::timestamptz
        FROM unnest(${inOrder.map(({ newId }) => newId)}::text[],
          ${inOrder.map(({ userId }) => userId)}::text[]) AS recipient(id, user_id)
        ON CONFLICT (user_id, subject)
          WHERE subject IS NOT NULL AND read_at IS NULL AND dismissed_at IS NULL
        DO UPDATE SET count = notification.count + 1,
          ${Prisma.join(['title', 'body', 'actor_id', 'message_id'].map(newest))},
          source_sequence = greatest(notification.source_sequence, excluded.source_sequence),
          updated_at = greatest(notification.updated_at, excluded.updated_at)
        RETURNING id, user_id AS "userId"`;
    },
    setStreamSequences: async (places) => {
      await db.$executeRaw`
        UPDATE notification SET stream_sequence = place.sequence
        FROM unnest(${places.map(({ id }) => id)}::text[],
          ${places.map(({ sequence }) => sequence)}::bigint[]) AS place(id, sequence)
        WHERE notification.id = place.id`;
    },
    findOwn: async (userId, ids) => {
      const rows = await notification.findMany({
        where: { userId, id: { in: [...ids] }, kind: { in: [...KINDS] }, dismissedAt: null },
      });
      return rows.map(notificationOfRow);
    },
    page: async (criteria, { from, limit }) => {
      const rows = await notification.findMany({
        where: { AND: [matching(criteria), from ? before(from) : {}] },
        orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      return rows.map(notificationOfRow);
    },
    count: (criteria) => notification.count({ where: matching(criteria) }),
    unreadOf: async (userIds) => {
      const rows = await db.$queryRaw<{ userId: string; kind: NotificationKind; unread: number }[]>`
        SELECT wanted.user_id AS "userId", counted.kind, counted.unread
        FROM unnest(${[...userIds]}::text[]) AS wanted(user_id)
        CROSS JOIN LATERAL (
          SELECT kind, count(*)::int AS unread FROM notification
          WHERE user_id = wanted.user_id AND read_at IS NULL AND dismissed_at IS NULL
            AND kind = ANY(${[...KINDS]})
          GROUP BY kind ORDER BY kind) counted`;
      return userIds.map((userId) => ({
        userId,
        byKind: rows
          .filter((row) => row.userId === userId)
          .map(({ kind, unread }) => ({ kind, unread })),
      }));
    },
    markRead: async (userId, which, at) => {
      const wanted =
        'ids' in which
          ? Prisma.sql`id = ANY(${[...which.ids]})`
          : 'roomId' in which
            ? Prisma.sql`room_id = ${which.roomId} AND source_sequence <= ${which.readUpTo}::bigint`
            : Prisma.sql`stream_sequence <= ${which.upToSequence}::bigint`;
      const [marked] = await db.$queryRaw<MarkedRead[]>`
        WITH marked AS (
          UPDATE notification SET read_at = ${at}, seen_at = coalesce(seen_at, ${at})
          WHERE user_id = ${userId} AND read_at IS NULL AND dismissed_at IS NULL AND ${wanted}
          RETURNING id)
        SELECT (SELECT count(*) FROM marked)::int AS count,
          ARRAY(SELECT id FROM marked LIMIT ${MOST_NAMED + 1}) AS ids`;
      return marked ?? { count: 0, ids: [] };
    },
    dismiss: async (userId, id, at) => {
      const { count } = await notification.updateMany({
        where: { userId, id, dismissedAt: null },
        data: { dismissedAt: at },
      });
      return count > 0;
    },
  };
};

/** A column that follows the newest occurrence, whichever comes last. */
const newest = (column: string) => {
  const name = Prisma.raw(column);
  return Prisma.sql`${name} = CASE
    WHEN excluded.source_sequence > notification.source_sequence THEN excluded.${name}
    ELSE notification.${name} END`;
};

const matching = ({ userId, kinds, unreadOnly }: InboxCriteria): Prisma.NotificationWhereInput => ({
  userId,
  dismissedAt: null,
  kind: { in: [...(kinds ?? KINDS)] },
  ...(unreadOnly ? { readAt: null } : {}),
});

const before = ([updatedAt, id]: InboxPosition): Prisma.NotificationWhereInput => ({
  OR: [{ updatedAt: { lt: updatedAt } }, { updatedAt, id: { lt: id } }],
});

const notificationOfRow = (row: NotificationRow): Notification => ({
  id: row.id,
  userId: row.userId,
  kind: row.kind as NotificationKind,
  title: row.title,
  body: row.body,
  actorId: row.actorId,
  roomId: row.roomId,
  messageId: row.messageId,
  orderId: row.orderId,
  count: row.count,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  readAt: row.readAt,
});
