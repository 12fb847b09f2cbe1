import { announceLocks } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { NoticeWords } from '../domain/notice-words.ts';
import {
  KINDS,
  MOST_NAMED,
  type Notification,
  type NotificationKind,
  type UnreadCounts,
} from '../domain/notification.ts';
import type { NotificationTarget } from '../domain/notification-target.ts';
import type { Db } from './client.ts';
import {
  countInbox,
  type InboxCriteria,
  type InboxPage,
  readInbox,
  type ShownRow,
} from './inbox-lists.ts';
import { among, REOPENED, type ReadNotices, SUBJECT } from './read-notices.ts';

/** Something to notify people of, before it enters inboxes. */
export interface Occurrence {
  kind: NotificationKind;
  /**
   * While it is unread, one entry collects all occurrences of the same subject; null makes an entry for each.
   */
  subject: string | null;
  title: string | null;
  body: string;
  actorId: string | null;
  roomId: string | null;
  messageId: string | null;
  orderId: string | null;
  target: NotificationTarget | null;
  words: NoticeWords | null;
  /** Its place in its own stream: the newest occurrence gives the entry its text. */
  sequence: number;
  at: Date;
}

export interface NoticeToSend extends Notification {
  dismissedAt: Date | null;
  /** What it belongs to; null if each occurrence is an entry of its own. */
  subject: string | null;
}

/** What was marked as read. */
export interface MarkedRead {
  count: number;
  /** The first `MOST_NAMED`, and one more. */
  ids: readonly string[];
}

/**
 * The inboxes. A notice of a kind that only the next release knows is shown by the processes of that release:
 * here it is neither returned nor counted, so that the rest of an inbox can be read.
 */
export interface NotificationStore {
  /** Adds an occurrence to these inboxes: as a new entry (with the given id), or to its existing entry. */
  raise(
    occurrence: Occurrence,
    recipients: readonly { userId: string; newId: string }[],
  ): Promise<{ id: string; userId: string }[]>;
  /** Stores the place of each entry's newest event in its owner's stream. */
  setStreamSequences(places: readonly { id: string; sequence: number }[]): Promise<void>;
  /** The person's notices among these that are in the inbox, in any order. */
  findOwn(userId: string, ids: readonly string[]): Promise<Notification[]>;
  /** The person's notices among these, including dismissed ones, for deciding what is still sent. */
  findToSend(userId: string, ids: readonly string[]): Promise<NoticeToSend[]>;
  page(criteria: InboxCriteria, page: InboxPage): Promise<Notification[]>;
  count(criteria: InboxCriteria): Promise<number>;
  unreadOf(userIds: readonly string[]): Promise<UnreadCounts[]>;
  /** Marks the unread ones among these as read. */
  markRead(userId: string, which: ReadNotices, at: Date): Promise<MarkedRead>;
  /**
   * Marks the unread notices of a subject as read that were not updated after that time, for each of these
   * people.
   */
  markSubjectRead(
    userIds: readonly string[],
    of: { readonly subject: string; readonly settledAt: Date },
    at: Date,
  ): Promise<{ id: string; userId: string }[]>;
  /** Marks the unread notices of reports in a room as read, for each of these people. */
  markReportsRead(
    userIds: readonly string[],
    roomId: string,
    at: Date,
  ): Promise<{ id: string; userId: string }[]>;
  /** False if the person's inbox has no notice with this id. */
  dismiss(userId: string, id: string, at: Date): Promise<boolean>;
  /** Makes them unread again, in the inbox itself; returns those that were read or archived. */
  markUnread(userId: string, ids: readonly string[]): Promise<string[]>;
  /** Archives them, which marks them as read; returns those that were in another box. */
  archive(userId: string, ids: readonly string[], at: Date): Promise<string[]>;
  /** Takes it out of the inbox until then, unread; null brings it back as it is. */
  snooze(userId: string, id: string, until: Date | null): Promise<void>;
  /** Brings back those whose time has come, at most this many. */
  wake(now: Date, limit: number): Promise<{ id: string; userId: string }[]>;
  /** Records that the person has seen what is in their inbox up to a place in their stream. */
  markSeen(userId: string, upToSequence: number, at: Date): Promise<void>;
}

export const createNotificationStore = (db: Db): NotificationStore => {
  const { notification } = db;
  return {
    raise: async (occurrence, recipients) => {
      // The same order everywhere, so that two occurrences for the same people cannot deadlock.
      const inOrder = [...recipients].sort((a, b) => (a.userId < b.userId ? -1 : 1));
      announceLocks(db, ...inOrder.map(({ userId }) => userId));
      const { kind, subject, title, body, actorId, roomId, messageId, orderId } = occurrence;
      const target = occurrence.target && JSON.stringify(occurrence.target);
      const words = occurrence.words && JSON.stringify(occurrence.words);
      // An updated entry has not been seen in its current state, whatever the clocks say about both times.
      return db.$queryRaw`
        INSERT INTO notification (id, user_id, kind, subject, title, body, actor_id, room_id,
          message_id, order_id, target, words, source_sequence, created_at, updated_at)
        SELECT recipient.id, recipient.user_id, ${kind}, ${subject}, ${title}, ${body}, ${actorId},
          ${roomId}, ${messageId}, ${orderId}, ${target}::jsonb, ${words}::jsonb,
          ${occurrence.sequence}::bigint,
          ${occurrence.at}::timestamptz, ${occurrence.at}::timestamptz
        FROM unnest(${inOrder.map(({ newId }) => newId)}::text[],
          ${inOrder.map(({ userId }) => userId)}::text[]) AS recipient(id, user_id)
        ON CONFLICT (user_id, subject)
          WHERE subject IS NOT NULL AND read_at IS NULL AND dismissed_at IS NULL
        DO UPDATE SET count = notification.count + 1, seen_at = NULL,
          ${Prisma.join(FOLLOWING.map(newest))},
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
    findToSend: async (userId, ids) => {
      const rows = await notification.findMany({
        where: { userId, id: { in: [...ids] } },
        orderBy: [{ updatedAt: 'asc' }, { id: 'asc' }],
      });
      return rows.map((row) => ({
        ...notificationOfRow(row),
        ...{ dismissedAt: row.dismissedAt, subject: row.subject?.split('#')[0] ?? null },
      }));
    },
    page: async (criteria, page) => (await readInbox(db, criteria, page)).map(notificationOfRow),
    count: (criteria) => countInbox(db, criteria),
    unreadOf: async (userIds) => {
      const rows = await db.$queryRaw<
        { userId: string; kind: NotificationKind; unread: number; unseen: number }[]
      >`
        SELECT wanted.user_id AS "userId", counted.kind, counted.unread, counted.unseen
        FROM unnest(${[...userIds]}::text[]) AS wanted(user_id)
        CROSS JOIN LATERAL (
          SELECT kind, count(*)::int AS unread,
            (count(*) FILTER (WHERE seen_at IS NULL))::int AS unseen
          FROM notification
          WHERE user_id = wanted.user_id AND read_at IS NULL AND dismissed_at IS NULL
            AND snoozed_until IS NULL AND kind = ANY(${[...KINDS]})
          GROUP BY kind ORDER BY kind) counted`;
      return userIds.map((userId) => {
        const own = rows.filter((row) => row.userId === userId);
        return {
          userId,
          byKind: own.map(({ kind, unread }) => ({ kind, unread })),
          badge: own.reduce((sum, { unseen }) => sum + unseen, 0),
        };
      });
    },
    markRead: async (userId, which, at) => {
      const [marked] = await db.$queryRaw<MarkedRead[]>`
        WITH marked AS (
          UPDATE notification SET read_at = ${at}, seen_at = ${at}, snoozed_until = NULL
          WHERE user_id = ${userId} AND read_at IS NULL AND dismissed_at IS NULL AND ${among(which)}
          RETURNING id)
        SELECT (SELECT count(*) FROM marked)::int AS count,
          ARRAY(SELECT id FROM marked LIMIT ${MOST_NAMED + 1}) AS ids`;
      return marked ?? { count: 0, ids: [] };
    },
    markSubjectRead: (userIds, { subject, settledAt }, at) => db.$queryRaw`
      UPDATE notification SET read_at = ${at}, seen_at = ${at}, snoozed_until = NULL
      WHERE user_id = ANY(${[...userIds]}::text[]) AND ${SUBJECT} = ${subject}
        AND read_at IS NULL AND dismissed_at IS NULL AND updated_at <= ${settledAt}
      RETURNING id, user_id AS "userId"`,
    markReportsRead: (userIds, roomId, at) => db.$queryRaw`
      UPDATE notification SET read_at = ${at}, seen_at = ${at}, snoozed_until = NULL
      WHERE user_id = ANY(${[...userIds]}::text[]) AND kind = 'REPORT_FILED'
        AND target ->> 'roomId' = ${roomId} AND read_at IS NULL AND dismissed_at IS NULL
      RETURNING id, user_id AS "userId"`,
    dismiss: async (userId, id, at) => {
      const { count } = await notification.updateMany({
        where: { userId, id, dismissedAt: null },
        data: { dismissedAt: at, snoozedUntil: null },
      });
      return count > 0;
    },
    markUnread: (userId, ids) =>
      idsOf(db.$queryRaw`
        UPDATE notification SET read_at = NULL, archived_at = NULL, subject = ${REOPENED}
        WHERE user_id = ${userId} AND id = ANY(${[...ids]}) AND dismissed_at IS NULL
          AND (read_at IS NOT NULL OR archived_at IS NOT NULL)
        RETURNING id`),
    archive: (userId, ids, at) =>
      idsOf(db.$queryRaw`
        UPDATE notification SET archived_at = ${at}, read_at = coalesce(read_at, ${at}),
          seen_at = ${at}, snoozed_until = NULL
        WHERE user_id = ${userId} AND id = ANY(${[...ids]}) AND dismissed_at IS NULL
          AND archived_at IS NULL
        RETURNING id`),
    snooze: async (userId, id, until) => {
      await db.$executeRaw`
        UPDATE notification SET snoozed_until = ${until}::timestamptz, archived_at = NULL,
          read_at = CASE WHEN ${until === null} THEN read_at END,
          subject = CASE WHEN read_at IS NULL OR ${until === null} THEN subject ELSE ${REOPENED} END
        WHERE user_id = ${userId} AND id = ${id} AND dismissed_at IS NULL`;
    },
    wake: (now, limit) => db.$queryRaw`
      UPDATE notification n SET snoozed_until = NULL, seen_at = NULL,
        updated_at = greatest(n.updated_at, n.snoozed_until)
      FROM (SELECT id FROM notification WHERE snoozed_until <= ${now}
        ORDER BY snoozed_until LIMIT ${limit} FOR UPDATE SKIP LOCKED) due
      WHERE n.id = due.id RETURNING n.id, n.user_id AS "userId"`,
    markSeen: async (userId, upToSequence, at) => {
      await db.$executeRaw`
        UPDATE notification SET seen_at = ${at}
        WHERE user_id = ${userId} AND read_at IS NULL AND dismissed_at IS NULL
          AND stream_sequence <= ${upToSequence}::bigint
          AND seen_at IS NULL`;
    },
  };
};

const idsOf = async (rows: Promise<unknown>): Promise<string[]> =>
  ((await rows) as { id: string }[]).map(({ id }) => id);

/** The columns that follow the newest occurrence. */
const FOLLOWING = ['title', 'body', 'actor_id', 'message_id', 'target', 'words'];

/** A column that follows the newest occurrence, in whatever order they arrive. */
const newest = (column: string) => {
  const name = Prisma.raw(column);
  return Prisma.sql`${name} = CASE
    WHEN excluded.source_sequence > notification.source_sequence THEN excluded.${name}
    ELSE notification.${name} END`;
};

const notificationOfRow = (row: ShownRow): Notification => ({
  id: row.id,
  userId: row.userId,
  kind: row.kind as NotificationKind,
  title: row.title,
  body: row.body,
  actorId: row.actorId,
  roomId: row.roomId,
  messageId: row.messageId,
  orderId: row.orderId,
  target: row.target as NotificationTarget | null,
  words: row.words as NoticeWords | null,
  count: row.count,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  readAt: row.readAt,
  archivedAt: row.archivedAt,
  snoozedUntil: row.snoozedUntil,
});
