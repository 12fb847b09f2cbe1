import { createSearchIndex, narrowedQueryOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Message } from '../domain/message.ts';
import type { Db } from './client.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './message-rows.ts';
import { saidAfter } from './room-rows.ts';

interface SearchedRow {
  id: string;
  room_id: string;
  text: string | null;
}

/** The words of messages, narrowed to their rooms: messages elsewhere are not examined. */
export const messageIndex = (db: Db) =>
  createSearchIndex<SearchedRow>(db, {
    table: 'message',
    columns: 'id, room_id, text',
    textsOf: ({ text }) => [[text, 'A']],
    keysOf: ({ room_id }) => [room_id],
  });

/** A room, and the position in its stream up to which it is not searched. */
export interface SearchedRoom {
  id: string;
  hiddenUpTo: number;
}

/** The messages to search for; a missing condition matches all. */
export interface MessageQuery {
  text: string;
  /** In rooms that they may read. */
  rooms: readonly SearchedRoom[];
  authorIds: readonly string[] | null;
  since: Date | null;
  until: Date | null;
  /** True for those with a file, false for those without. */
  hasAttachment: boolean | null;
  /** Only with this entity shown with them. */
  entityId: string | null;
  /** Only in the thread of this message. */
  rootId: string | null;
}

export interface MessageSearch {
  /**
   * Newest first, with one row more than wanted when there are more. `from` is the id of the last one seen.
   */
  find(query: MessageQuery, page: { from: string | null; limit: number }): Promise<Message[]>;
  /** The rooms that somebody is in, those with the newest talk first. */
  roomsOf(userId: string, limit: number): Promise<SearchedRoom[]>;
  /**
   * Recomputes the search words of some messages that another version of the rules made; returns their
   * number.
   */
  reindex(limit: number): Promise<number>;
}

export const createMessageSearch = (db: Db): MessageSearch => ({
  reindex: messageIndex(db).reindex,
  roomsOf: async (userId, limit) => {
    const rows = await db.$queryRaw<{ id: string; hidden: bigint }[]>`
      SELECT r.id, p.hidden_sequence AS hidden FROM participant p JOIN room r ON r.id = p.room_id WHERE p.user_id = ${userId}
      ORDER BY coalesce(r.last_message_at, r.created_at) DESC, r.id DESC LIMIT ${limit}`;
    return rows.map(({ id, hidden }) => ({ id, hiddenUpTo: Number(hidden) }));
  },
  // Ids sort by time. Matches are found before they are sorted (OFFSET 0 enforces that); otherwise the
  // planner would walk through all messages from the newest, hoping to find enough matches soon.
  find: async ({ text, rooms, authorIds, since, until, ...narrower }, { from, limit }) => {
    const { hasAttachment, entityId, rootId } = narrower;
    const query = narrowedQueryOf(
      text,
      rooms.map(({ id }) => id),
    );
    if (query === null) return [];
    const rows = await db.$queryRaw<MessageRow[]>`
      SELECT ${MESSAGE_COLUMNS} FROM (
        SELECT id FROM message m WHERE m.search @@ ${query}::tsquery
          ${authorIds ? Prisma.sql`AND m.author_id = ANY(${[...authorIds]}::text[])` : Prisma.empty}
          ${since ? Prisma.sql`AND m.sent_at >= ${since}` : Prisma.empty}
          ${until ? Prisma.sql`AND m.sent_at < ${until}` : Prisma.empty}
          ${hasAttachment === null ? Prisma.empty : withFile(hasAttachment)}
          ${rootId ? Prisma.sql`AND m.thread_root_id = ${rootId}` : Prisma.empty}
          ${entityId ? showing(entityId) : Prisma.empty}
          ${from ? Prisma.sql`AND m.id < ${from}` : Prisma.empty} ${notHidden(rooms)}
        OFFSET 0
      ) found JOIN message m ON m.id = found.id
      ORDER BY m.id DESC LIMIT ${limit + 1}`;
    return rows.map(messageFromRow);
  },
});

/** Added only if there is something to hide. */
function notHidden(rooms: readonly SearchedRoom[]): Prisma.Sql {
  const some = rooms.filter(({ hiddenUpTo }) => hiddenUpTo > 0);
  if (some.length === 0) return Prisma.empty;
  const hidden = some.map(({ id, hiddenUpTo }) => ({ room_id: id, up_to: hiddenUpTo }));
  return Prisma.sql`AND NOT EXISTS (
    SELECT 1 FROM jsonb_to_recordset(${JSON.stringify(hidden)}::jsonb) AS h (room_id text, up_to bigint)
    WHERE h.room_id = m.room_id AND NOT ${saidAfter(Prisma.sql`h.up_to`)})`;
}

const showing = (entityId: string) => Prisma.sql`
  AND EXISTS (SELECT 1 FROM message_embed e WHERE e.message_id = m.id AND e.entity_id = ${entityId})`;

const withFile = (has: boolean) => Prisma.sql`
  AND EXISTS (SELECT 1 FROM message_attachment a WHERE a.message_id = m.id) = ${has}`;
