import type { Page } from '@souk/runtime/graphql';
import { lockByName } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Message } from '../domain/message.ts';
import type { Db } from './client.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './message-rows.ts';
import { pageRow } from './page-rows.ts';
import { joinsOf, MESSAGE_VISIBLE, saidAfter } from './room-rows.ts';

/** The position of a message in a list that is ordered by a time (ISO), then by its id. */
export type TimePosition = [at: string, id: string];

export interface ListedMessage extends Message {
  position: TimePosition;
}

export interface PinnedRequest {
  roomId: string;
  limit: number;
  from: TimePosition | null;
  /** Messages up to this position in the room's stream are left out. */
  hiddenUpTo: number;
}

/** Messages that people marked, newest mark first. Pages contain one more row when there are more. */
export interface MessageLists {
  /** Pages of many rooms at once, which the viewer is allowed to see. */
  pinned(requests: readonly PinnedRequest[]): Promise<(ListedMessage & { request: number })[]>;
  /** What somebody saved, as far as they may see it now. */
  saved(userId: string, page: Page<TimePosition>): Promise<ListedMessage[]>;
  /** False when it was saved already. */
  save(userId: string, messageId: string, at: Date): Promise<boolean>;
  /** False when it was not saved. */
  unsave(userId: string, messageId: string): Promise<boolean>;
  /** How many somebody saved; their list is locked until the transaction ends. */
  countSavedLocked(userId: string): Promise<number>;
  savedAmong(
    userId: string,
    messageIds: readonly string[],
  ): Promise<{ messageId: string; savedAt: Date }[]>;
}

type ListedRow = MessageRow & { listed_at: Date };

export const createMessageLists = (db: Db): MessageLists => ({
  pinned: async (requests) => {
    const wanted = requests.map(({ roomId, hiddenUpTo, ...page }, request) => ({
      ...pageRow(page, request),
      room_id: roomId,
      hidden: hiddenUpTo,
    }));
    const rows = await db.$queryRaw<(ListedRow & { request: number })[]>`
      SELECT w.request, page.* FROM
        jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
          (request int, room_id text, hidden bigint, row_limit int, from_at timestamptz, from_id text)
        CROSS JOIN LATERAL (
          SELECT ${MESSAGE_COLUMNS}, m.pinned_at AS listed_at FROM message m
          WHERE m.room_id = w.room_id AND m.pinned_at IS NOT NULL AND ${saidAfter(Prisma.sql`w.hidden`)}
            AND (m.pinned_at, m.id) < (coalesce(w.from_at, 'infinity'), coalesce(w.from_id, ''))
          ORDER BY m.pinned_at DESC, m.id DESC LIMIT w.row_limit
        ) page
      ORDER BY w.request, page.listed_at DESC, page.id DESC`;
    return rows.map((row) => ({ ...listedFromRow(row), request: row.request }));
  },
  saved: async (userId, { from, limit }) => {
    const further = from
      ? Prisma.sql`AND (kept.saved_at, kept.message_id) < (${from[0]}::timestamptz, ${from[1]})`
      : Prisma.empty;
    const rows = await db.$queryRaw<ListedRow[]>`
      SELECT ${MESSAGE_COLUMNS}, kept.saved_at AS listed_at FROM saved_message kept
      JOIN message m ON m.id = kept.message_id JOIN room r ON r.id = m.room_id ${joinsOf(userId)}
      WHERE kept.user_id = ${userId} AND m.deleted_at IS NULL ${further} AND ${MESSAGE_VISIBLE}
      ORDER BY kept.saved_at DESC, kept.message_id DESC LIMIT ${limit + 1}`;
    return rows.map(listedFromRow);
  },
  save: async (userId, messageId, savedAt) => {
    const data = [{ userId, messageId, savedAt }];
    const { count } = await db.savedMessage.createMany({ data, skipDuplicates: true });
    return count === 1;
  },
  unsave: async (userId, messageId) => {
    const { count } = await db.savedMessage.deleteMany({ where: { userId, messageId } });
    return count === 1;
  },
  countSavedLocked: async (userId) => {
    await lockByName(db, `saved:${userId}`);
    return db.savedMessage.count({ where: { userId } });
  },
  savedAmong: (userId, messageIds) =>
    db.savedMessage.findMany({
      where: { userId, messageId: { in: [...messageIds] } },
      select: { messageId: true, savedAt: true },
    }),
});

const listedFromRow = (row: ListedRow): ListedMessage => ({
  ...messageFromRow(row),
  position: [row.listed_at.toISOString(), row.id],
});
