import type { Page } from '@souk/runtime/graphql';
import { announceLocks } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Thread, ThreadPlace } from '../domain/thread.ts';
import type { Db } from './client.ts';
import { pageRow } from './page-rows.ts';
import { begunAfter, joinsOf, THREAD_VISIBLE } from './room-rows.ts';

/** The position of a thread in a list: the time of its last reply (ISO time), then its root's id. */
export type ThreadPosition = [at: string, rootId: string];

export interface RoomThreadsRequest {
  roomId: string;
  limit: number;
  from: ThreadPosition | null;
  /** Threads of messages up to this position in the room's stream are left out. */
  hiddenUpTo: number;
}

export interface ThreadStore {
  /**
   * Takes the next sequence of a thread, which begins with its first reply, and the corresponding time. The
   * thread is locked until the transaction ends.
   */
  takeSequence(
    thread: { rootId: string; roomId: string },
    at: Date,
  ): Promise<{ sequence: number; sentAt: Date }>;
  findMany(rootIds: readonly string[]): Promise<Thread[]>;
  /** Pages of many rooms at once, newest reply first, with one more than wanted if there are more. */
  ofRooms(requests: readonly RoomThreadsRequest[]): Promise<(Thread & { request: number })[]>;
  /**
   * The threads that somebody follows and may see, newest reply first, with one more than wanted if there are
   * more.
   */
  followed(
    of: { userId: string; unreadOnly: boolean },
    page: Page<ThreadPosition>,
  ): Promise<Thread[]>;
  /** Who replied recently, newest first, a few people of each thread. */
  lateRepliers(rootIds: readonly string[]): Promise<{ rootId: string; userIds: string[] }[]>;
  placesOf(userId: string, rootIds: readonly string[]): Promise<ThreadPlace[]>;
  /** They follow it from now on, unless they have unfollowed it. */
  beginToFollow(rootId: string, userIds: readonly string[]): Promise<void>;
  /** Those of these people who are in its room and see it. */
  seenByAmong(rootId: string, userIds: readonly string[]): Promise<string[]>;
  /** At most this many people who follow it, are in its room and see it. */
  followersOf(rootId: string, limit: number): Promise<string[]>;
  /**
   * Keeps a thread with new replies among those that are read for its followers. Their rows are written once
   * in a while, not with each reply: the order is that of the threads' own last replies.
   */
  raise(rootId: string): Promise<void>;
  /**
   * Follows it or not, and has read at least up to there. Resolves to how far it was read before; null when
   * nothing changed.
   */
  move(
    place: Omit<ThreadPlace, 'following'> & { following: boolean | null },
  ): Promise<number | null>;
  /** How many threads that somebody follows have unread replies, by room. */
  unread(userId: string, roomIds: readonly string[]): Promise<{ id: string; count: number }[]>;
  countUnread(userId: string): Promise<number>;
}

const REPLIERS_SHOWN = 5;
/** They are looked for among this many of the newest replies. */
const REPLIES_LOOKED_AT = 50;

interface Row {
  root_id: string;
  room_id: string;
  last_sequence: number;
  last_reply_at: Date;
}

const COLUMNS = Prisma.sql`t.root_id, t.room_id, t.last_sequence, t.last_reply_at`;

const ROOT = Prisma.sql`t.root_id`;
const HIDDEN = Prisma.sql`p.hidden_sequence`;

/** How many of the threads that somebody follows, those with the newest replies, are listed and counted. */
export const FOLLOWED_THREADS_LOOKED_AT = 1_000;

/** How much older a follower's row may be than the last reply. */
const RAISED_EVERY_SECONDS = 300;

/**
 * The threads that somebody follows, as `f`. Others can make people follow threads, so without a limit each
 * reading of the list would cost ever more.
 */
const followedBy = (userId: string) => Prisma.sql`(
  SELECT root_id, user_id, read_sequence FROM thread_follower
  WHERE user_id = ${userId} AND following
  ORDER BY last_reply_at DESC, root_id DESC LIMIT ${FOLLOWED_THREADS_LOOKED_AT}) f`;

/** What the person `f.user_id` has not read of a thread `t` that they follow and may see. */
const unreadOf = (userId: string) => Prisma.sql`
  FROM ${followedBy(userId)} JOIN thread t ON t.root_id = f.root_id
  JOIN participant p ON p.room_id = t.room_id AND p.user_id = f.user_id
  WHERE t.last_sequence > f.read_sequence AND ${begunAfter(ROOT, HIDDEN)}`;

export const createThreadStore = (db: Db): ThreadStore => ({
  takeSequence: async ({ rootId, roomId }, at) => {
    announceLocks(db, rootId);
    const [row] = await db.$queryRaw<Row[]>`
      INSERT INTO thread AS t (root_id, room_id, last_sequence, last_reply_at)
      SELECT m.id, ${roomId}, 1, greatest(m.sent_at, ${at}) FROM message m WHERE m.id = ${rootId}
      ON CONFLICT (root_id) DO UPDATE SET last_sequence = t.last_sequence + 1,
        last_reply_at = greatest(t.last_reply_at, excluded.last_reply_at)
      RETURNING ${COLUMNS}`;
    if (!row) throw new Error('The root of a thread is gone.');
    return { sequence: row.last_sequence, sentAt: row.last_reply_at };
  },
  findMany: async (rootIds) => {
    const rows = await db.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM thread t WHERE t.root_id = ANY(${[...rootIds]}::text[])`;
    return rows.map(threadFromRow);
  },
  ofRooms: async (requests) => {
    const wanted = requests.map(({ roomId, hiddenUpTo, ...page }, request) => ({
      ...pageRow(page, request),
      room_id: roomId,
      hidden: hiddenUpTo,
    }));
    const rows = await db.$queryRaw<(Row & { request: number })[]>`
      SELECT w.request, page.* FROM
        jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
          (request int, room_id text, hidden bigint, row_limit int, from_at timestamptz, from_id text)
        CROSS JOIN LATERAL (
          SELECT ${COLUMNS} FROM thread t
          WHERE t.room_id = w.room_id AND ${begunAfter(ROOT, Prisma.sql`w.hidden`)}
            AND (t.last_reply_at, t.root_id) < (coalesce(w.from_at, 'infinity'), coalesce(w.from_id, ''))
          ORDER BY t.last_reply_at DESC, t.root_id DESC LIMIT w.row_limit
        ) page
      ORDER BY w.request, page.last_reply_at DESC, page.root_id DESC`;
    return rows.map((row) => ({ ...threadFromRow(row), request: row.request }));
  },
  followed: async ({ userId, unreadOnly }, { from, limit }) => {
    const further = from
      ? Prisma.sql`AND (t.last_reply_at, t.root_id) < (${from[0]}::timestamptz, ${from[1]})`
      : Prisma.empty;
    const unread = unreadOnly ? Prisma.sql`AND t.last_sequence > f.read_sequence` : Prisma.empty;
    const rows = await db.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM ${followedBy(userId)} JOIN thread t ON t.root_id = f.root_id
      JOIN room r ON r.id = t.room_id ${joinsOf(userId)}
      WHERE true ${unread} ${further} AND ${THREAD_VISIBLE}
      ORDER BY t.last_reply_at DESC, t.root_id DESC LIMIT ${limit + 1}`;
    return rows.map(threadFromRow);
  },
  lateRepliers: async (rootIds) => {
    const rows = await db.$queryRaw<{ root_id: string; author_id: string }[]>`
      SELECT w.root_id, late.author_id FROM unnest(${[...rootIds]}::text[]) AS w(root_id)
      CROSS JOIN LATERAL (
        SELECT author_id, max(sequence) AS newest FROM (
          SELECT m.author_id, m.sequence FROM message m
          WHERE m.thread_root_id = w.root_id ORDER BY m.sequence DESC LIMIT ${REPLIES_LOOKED_AT}
        ) replies WHERE author_id IS NOT NULL
        GROUP BY author_id ORDER BY max(sequence) DESC LIMIT ${REPLIERS_SHOWN}
      ) late ORDER BY w.root_id, late.newest DESC`;
    const found = new Map<string, string[]>();
    for (const { root_id, author_id } of rows) {
      found.set(root_id, [...(found.get(root_id) ?? []), author_id]);
    }
    return [...found].map(([rootId, userIds]) => ({ rootId, userIds }));
  },
  placesOf: async (userId, rootIds) => {
    const rows = await db.threadFollower.findMany({
      where: { userId, rootId: { in: [...rootIds] } },
    });
    return rows.map(({ readSequence, ...row }) => ({ ...row, readUpTo: readSequence }));
  },
  beginToFollow: async (rootId, userIds) => {
    const data = [...new Set(userIds)].map((userId) => ({
      rootId,
      userId,
      following: true,
      readSequence: 0,
    }));
    if (data.length > 0) await db.threadFollower.createMany({ data, skipDuplicates: true });
  },
  raise: async (rootId) => {
    await db.$executeRaw`
      UPDATE thread_follower f SET last_reply_at = t.last_reply_at FROM thread t
      WHERE f.root_id = ${rootId} AND t.root_id = f.root_id
        AND f.last_reply_at < t.last_reply_at - make_interval(secs => ${RAISED_EVERY_SECONDS}::float)`;
  },
  seenByAmong: async (rootId, userIds) => {
    const rows = await db.$queryRaw<{ user_id: string }[]>`
      SELECT p.user_id FROM thread t JOIN participant p ON p.room_id = t.room_id
      WHERE t.root_id = ${rootId} AND p.user_id = ANY(${[...userIds]}::text[])
        AND ${begunAfter(ROOT, HIDDEN)}`;
    return rows.map(({ user_id }) => user_id);
  },
  followersOf: async (rootId, limit) => {
    const rows = await db.$queryRaw<{ user_id: string }[]>`
      SELECT f.user_id FROM thread_follower f JOIN thread t ON t.root_id = f.root_id
      JOIN participant p ON p.room_id = t.room_id AND p.user_id = f.user_id
      WHERE f.root_id = ${rootId} AND f.following AND ${begunAfter(ROOT, HIDDEN)} LIMIT ${limit}`;
    return rows.map(({ user_id }) => user_id);
  },
  move: async ({ rootId, userId, readUpTo, following }) => {
    const [moved] = await db.$queryRaw<{ before: number }[]>`
      WITH place AS (
        SELECT read_sequence FROM thread_follower WHERE root_id = ${rootId} AND user_id = ${userId}
      )
      INSERT INTO thread_follower AS f (root_id, user_id, following, read_sequence, last_reply_at)
      SELECT t.root_id, ${userId}, coalesce(${following}, false), ${readUpTo}::int, t.last_reply_at
      FROM thread t WHERE t.root_id = ${rootId}
      ON CONFLICT (root_id, user_id) DO UPDATE SET
        following = coalesce(${following}, f.following),
        read_sequence = greatest(f.read_sequence, excluded.read_sequence)
      WHERE f.following <> coalesce(${following}, f.following)
        OR f.read_sequence < excluded.read_sequence
      RETURNING coalesce((SELECT read_sequence FROM place), 0) AS before`;
    return moved?.before ?? null;
  },
  unread: (userId, roomIds) => db.$queryRaw`
    SELECT t.room_id AS id, count(*)::int AS count ${unreadOf(userId)}
      AND t.room_id = ANY(${[...roomIds]}::text[]) GROUP BY t.room_id`,
  countUnread: async (userId) => {
    const [row] = await db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count ${unreadOf(userId)}`;
    return row?.count ?? 0;
  },
});

const threadFromRow = (row: Row): Thread => ({
  rootId: row.root_id,
  roomId: row.room_id,
  lastSequence: row.last_sequence,
  lastReplyAt: row.last_reply_at,
});
