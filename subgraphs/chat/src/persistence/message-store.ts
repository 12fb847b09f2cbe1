import type { LoggedChange } from '@souk/runtime/events';
import { prepared } from '@souk/runtime/persistence';
import { SEARCH_VERSION } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Message } from '../domain/message.ts';
import type { Db } from './client.ts';
import { type Posted, postingOf, type Unplaced } from './message-posting.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './message-rows.ts';
import { messageIndex } from './message-search.ts';
import { type DecidedBy, joinsOf, MESSAGE_VISIBLE, messageVisible } from './room-rows.ts';
import { systemUpTo } from './system-message-store.ts';

/** Messages `low` to `high` of a room, or of one of its threads, both included. */
export interface MessageRange {
  roomId: string;
  threadRootId?: string;
  low: number;
  high: number;
}

/** A message as requested by one viewer. */
export interface AskedMessage {
  viewerId: string;
  id: string;
}

/**
 * A position in a room: how many of the messages up to it people wrote, and the newest message to consider.
 */
export interface PlaceInRoom {
  roomId: string;
  sequence: number;
  saidCount: number;
  lastSequence: number;
}

/** Messages in one dense order. */
export interface Timeline {
  roomId: string;
  threadRootId?: string;
  lastSequence: number;
}

/** Which of the two orders a message `m` belongs to: each has an index of its own. */
const inOrderOf = ({ roomId, threadRootId }: Omit<Timeline, 'lastSequence'>) =>
  threadRootId === undefined
    ? Prisma.sql`m.room_id = ${roomId} AND m.thread_root_id IS NULL`
    : Prisma.sql`m.thread_root_id = ${threadRootId}`;

export interface MessageStore {
  /** The statement that posts a message in a room (`postingOf`), for the event log to send. */
  posting(
    message: Unplaced,
    given: { stream: string; decidedBy?: DecidedBy | undefined },
  ): LoggedChange<Posted>;
  /** Inserts a message of a thread, which does not affect the room's read markers. */
  addReply(message: Message, as: { growsAsStaff: boolean }): Promise<void>;
  /** The message somebody sent to a room under a client's id. */
  findSent(roomId: string, authorId: string, clientMessageId: string): Promise<Message | null>;
  /** The messages among these in rooms that the viewer may see. */
  findVisible(
    ids: readonly string[],
    viewerId: string | null,
    shownToAll?: string | null,
  ): Promise<Message[]>;
  /** `findVisible` for several viewers in one statement, each with the message they asked for. */
  findVisibleToEach(asked: readonly AskedMessage[]): Promise<(Message & AskedMessage)[]>;
  /** The caller has authorised the viewer for these rooms. */
  findMany(ids: readonly string[]): Promise<Message[]>;
  /**
   * Many ranges in one statement, oldest first within each. Each range is a page of its own to the planner,
   * which would otherwise estimate a ninth of the room for it, and read the whole table.
   */
  ranges(ranges: readonly MessageRange[]): Promise<(Message & { request: number })[]>;
  /**
   * The first message after each position that a person wrote, not the room itself. There must be one: then
   * bisection finds it with a few index lookups, however many messages the room generated in between.
   */
  firstSaidBehind(places: readonly PlaceInRoom[]): Promise<(Message & { request: number })[]>;
  /** The position of a message in the room's stream; null when there is no such message. */
  eventSequenceOf(roomId: string, sequence: number): Promise<number | null>;
  /**
   * The first message at this time or later, in a room or thread with this many; one more than that for none.
   */
  sequenceSince(timeline: Timeline, at: Date): Promise<number>;
}

export const createMessageStore = (db: Db): MessageStore => {
  const index = messageIndex(db);
  const wordsOf = ({ id, text }: Message) => index.vectorOf({ id, text });
  return {
    posting: (message, given) => postingOf(db, message, given),
    findSent: async (roomId, authorId, clientMessageId) => {
      const rows = await db.$queryRaw<MessageRow[]>`
      SELECT ${MESSAGE_COLUMNS} FROM message m
      WHERE m.room_id = ${roomId} AND m.author_id = ${authorId}
        AND m.client_message_id = ${clientMessageId}::uuid`;
      return rows.map(messageFromRow)[0] ?? null;
    },
    findVisible: async (ids, viewerId, shownToAll = null) => {
      const rows = await db.$queryRaw<MessageRow[]>(
        prepared(Prisma.sql`
      SELECT ${MESSAGE_COLUMNS} FROM message m JOIN room r ON r.id = m.room_id ${joinsOf(viewerId)}
      WHERE m.id = ANY(${[...ids]}::text[]) AND ${messageVisible(shownToAll)}`),
      );
      return rows.map(messageFromRow);
    },
    findVisibleToEach: async (asked) => {
      const wanted = asked.map(({ viewerId, id }) => ({ viewer_id: viewerId, id }));
      const rows = await db.$queryRaw<(MessageRow & { viewer_id: string })[]>(
        prepared(Prisma.sql`
      SELECT w.viewer_id, ${MESSAGE_COLUMNS}
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w (viewer_id text, id text)
      JOIN message m ON m.id = w.id JOIN room r ON r.id = m.room_id ${joinsOf(Prisma.sql`w.viewer_id`)}
      WHERE ${MESSAGE_VISIBLE}`),
      );
      return rows.map((row) => ({ ...messageFromRow(row), viewerId: row.viewer_id }));
    },
    findMany: async (ids) => {
      const rows = await db.$queryRaw<MessageRow[]>(
        prepared(Prisma.sql`
      SELECT ${MESSAGE_COLUMNS} FROM message m WHERE m.id = ANY(${[...ids]}::text[])`),
      );
      return rows.map(messageFromRow);
    },
    addReply: async (message, { growsAsStaff }) => {
      await db.$executeRaw`
      WITH posted AS (UPDATE participant SET last_posted_at = ${message.sentAt}
        WHERE room_id = ${message.roomId} AND user_id = ${message.authorId})
      INSERT INTO message (id, room_id, thread_root_id, sequence, event_sequence, author_id,
        client_message_id, input_hash, text, reply_to_id, sent_at, growing_until, grows_as_staff, search, search_version)
      VALUES (${message.id}, ${message.roomId}, ${message.threadRootId}, ${message.sequence},
        ${message.eventSequence}::bigint, ${message.authorId}, ${message.clientMessageId}::uuid,
        ${message.inputHash}, ${message.text}, ${message.replyToId}, ${message.sentAt},
        ${message.growingUntil}, ${growsAsStaff}, ${wordsOf(message)}::tsvector, ${SEARCH_VERSION})`;
    },
    ranges: async (ranges) => {
      const wanted = ranges.map(({ roomId, threadRootId, low, high }, request) => ({
        request,
        room_id: roomId,
        root_id: threadRootId ?? null,
        low,
        high,
      }));
      const page = (isOf: Prisma.Sql) => Prisma.sql`
      SELECT ${MESSAGE_COLUMNS} FROM message m
      WHERE ${isOf} AND m.sequence BETWEEN w.low AND w.high
      ORDER BY m.sequence LIMIT w.high - w.low + 1`;
      const rows = await db.$queryRaw<(MessageRow & { request: number })[]>`
      SELECT w.request, page.*
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
        (request int, room_id text, root_id text, low int, high int)
      CROSS JOIN LATERAL (
        (${page(Prisma.sql`w.root_id IS NULL AND m.room_id = w.room_id AND m.thread_root_id IS NULL`)})
        UNION ALL
        (${page(Prisma.sql`m.thread_root_id = w.root_id`)})
      ) page
      ORDER BY w.request, page.sequence`;
      return rows.map((row) => ({ ...messageFromRow(row), request: row.request }));
    },
    firstSaidBehind: async (places) => {
      const wanted = places.map(({ roomId, sequence, saidCount, lastSequence }, request) => ({
        ...{ request, room_id: roomId, said: saidCount },
        ...{ first: sequence + 1, last: lastSequence },
      }));
      const saidUpToMiddle = Prisma.sql`half.middle - ${systemUpTo(Prisma.sql`w.room_id`, Prisma.sql`half.middle`)}`;
      const rows = await db.$queryRaw<(MessageRow & { request: number })[]>`
      SELECT w.request, ${MESSAGE_COLUMNS}
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
        (request int, room_id text, said int, first int, last int)
      CROSS JOIN LATERAL (
        WITH RECURSIVE search (low, high) AS (
          SELECT w.first, w.last
          UNION ALL
          SELECT CASE WHEN is_behind THEN low ELSE middle + 1 END,
            CASE WHEN is_behind THEN middle ELSE high END
          FROM (SELECT low, high, (low + high) / 2 AS middle FROM search WHERE low < high) half
          CROSS JOIN LATERAL (SELECT ${saidUpToMiddle} > w.said AS is_behind) looked
        ) SELECT low AS sequence FROM search WHERE low >= high
      ) found
      JOIN message m ON m.room_id = w.room_id AND m.sequence = found.sequence AND m.thread_root_id IS NULL`;
      return rows.map((row) => ({ ...messageFromRow(row), request: row.request }));
    },
    eventSequenceOf: async (roomId, sequence) => {
      const message = await db.message.findFirst({
        where: { roomId, sequence, threadRootId: null },
        select: { eventSequence: true },
      });
      return message && Number(message.eventSequence);
    },
    // Times never decrease with sequences, which have no gaps: bisection finds the place with some twenty
    // lookups in the index of sequences, so times need no index.
    sequenceSince: async (timeline, at) => {
      const { lastSequence } = timeline;
      const [row] = await db.$queryRaw<{ low: number }[]>`
      WITH RECURSIVE search (low, high) AS (
        SELECT 1, ${lastSequence}::int + 1
        UNION ALL
        SELECT CASE WHEN middle.sent_at < ${at} THEN middle.sequence + 1 ELSE low END,
          CASE WHEN middle.sent_at < ${at} THEN high ELSE middle.sequence END
        FROM search CROSS JOIN LATERAL (
          SELECT m.sequence, m.sent_at FROM message m
          WHERE ${inOrderOf(timeline)} AND m.sequence = (low + high) / 2 LIMIT 1
        ) middle
        WHERE low < high
      ) SELECT low FROM search WHERE low >= high`;
      return row?.low ?? lastSequence + 1;
    },
  };
};
