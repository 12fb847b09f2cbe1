import { announceLocks, lockByName } from '@souk/runtime/persistence';
import { SEARCH_VERSION } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Message } from '../domain/message.ts';
import type { Db } from './client.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './message-rows.ts';
import { messageIndex } from './message-search.ts';

/** The text of a message before an edit. */
export interface MessageRevision {
  messageId: string;
  number: number;
  text: string;
  replacedAt: Date;
}

export interface RevisionsRequest {
  messageId: string;
  limit: number;
  /** The number of the last one seen. */
  from: number | null;
}

/** Changes of messages that were committed before. */
export interface MessageEditStore {
  /** The message as it is now, locked until the transaction ends. */
  lock(id: string): Promise<Message | null>;
  /** Gives a locked message its next text, and keeps the previous one. */
  edit(message: Message, next: { text: string; at: Date }): Promise<Message>;
  /**
   * Gives a locked message the text it has grown to, and the time until which it may grow. With null it is
   * final, and can be found by search from then on.
   */
  grow(
    message: Message,
    to: { text: string; until: Date | null; asStaff: boolean },
  ): Promise<Message>;
  /** Whether the author of a growing message was staff when they appended to it last, and has been since. */
  growsAsStaff(id: string): Promise<boolean>;
  /**
   * Until the transaction ends, `noLongerAsStaff` waits for what somebody begins as staff: it would not see that.
   * Taken before any other lock.
   */
  lockGrowingOf(userId: string): Promise<void>;
  /** Somebody is no longer staff: what they leave unfinished is finished as anybody's. */
  noLongerAsStaff(userId: string): Promise<void>;
  /** Some messages whose time to grow is over, those waiting longest first. */
  overdue(at: Date, limit: number): Promise<string[]>;
  /** Deletes the content of a locked message, and everything attached to it. */
  erase(
    id: string,
    by: { userId: string | null; at: Date; reason?: string | null },
  ): Promise<Message>;
  /** Why messages were deleted, for any caller: resolvers show it only to their authors and to moderators. */
  deletionReasons(ids: readonly string[]): Promise<{ messageId: string; reason: string }[]>;
  /** Pins a locked message, or takes its pin away. */
  pin(id: string, by: { userId: string; at: Date } | null): Promise<Message>;
  /** How many are pinned in a room, whose pins are locked until the transaction ends. */
  countPinsLocked(roomId: string): Promise<number>;
  /** Pages of many messages at once, newest first, with one more than wanted if there are more. */
  revisions(
    requests: readonly RevisionsRequest[],
  ): Promise<(MessageRevision & { request: number })[]>;
}

export const createMessageEditStore = (db: Db): MessageEditStore => {
  const index = messageIndex(db);
  const wordsOf = (id: string, text: string) => Prisma.sql`,
    search = ${index.vectorOf({ id, text })}::tsvector,
    search_version = ${SEARCH_VERSION}`;
  const lockGrowingOf = (userId: string) => lockByName(db, `growing:${userId}`);
  const only = (rows: MessageRow[]): Message => {
    const [row] = rows;
    if (!row) throw new Error('A message that was locked is gone.');
    return messageFromRow(row);
  };
  return {
    lock: async (id) => {
      announceLocks(db, id);
      const rows = await db.$queryRaw<MessageRow[]>`
        SELECT ${MESSAGE_COLUMNS} FROM message m WHERE m.id = ${id} FOR NO KEY UPDATE`;
      return rows.map(messageFromRow)[0] ?? null;
    },
    edit: async ({ id, revision, text, authorId }, next) =>
      only(
        await db.$queryRaw<MessageRow[]>`
          WITH kept AS (
            INSERT INTO message_revision (message_id, number, text, edited_by, edited_at)
            VALUES (${id}, ${revision}, ${text}, ${authorId}, ${next.at}))
          UPDATE message m SET text = ${next.text}, revision = revision + 1, edited_at = ${next.at},
            search = ${index.vectorOf({ id, text: next.text })}::tsvector,
            search_version = ${SEARCH_VERSION}
          WHERE m.id = ${id} RETURNING ${MESSAGE_COLUMNS}`,
      ),
    grow: async ({ id }, { text, until, asStaff }) =>
      only(
        await db.$queryRaw<MessageRow[]>`
          UPDATE message m SET text = ${text}, revision = revision + 1, growth = growth + 1,
            growing_until = ${until}::timestamptz, grows_as_staff = ${asStaff} ${until === null ? wordsOf(id, text) : Prisma.empty}
          WHERE m.id = ${id} RETURNING ${MESSAGE_COLUMNS}`,
      ),
    growsAsStaff: async (id) => {
      const found = await db.message.findUnique({ where: { id }, select: { growsAsStaff: true } });
      return found?.growsAsStaff ?? false;
    },
    lockGrowingOf,
    noLongerAsStaff: async (authorId) => {
      // One that is just being begun is waited for, as is a piece that is just being appended.
      await lockGrowingOf(authorId);
      await db.message.updateMany({
        where: { authorId, growingUntil: { not: null } },
        data: { growsAsStaff: false },
      });
    },
    overdue: async (at, limit) => {
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT m.id FROM message m WHERE m.growing_until <= ${at}
        ORDER BY m.growing_until LIMIT ${limit}`;
      return rows.map(({ id }) => id);
    },
    erase: async (id, { userId, at, reason = null }) =>
      only(
        await db.$queryRaw<MessageRow[]>`
          WITH revisions AS (DELETE FROM message_revision WHERE message_id = ${id}),
            reactions AS (DELETE FROM message_reaction WHERE message_id = ${id}),
            mentions AS (DELETE FROM message_mention WHERE message_id = ${id}),
            attachments AS (DELETE FROM message_attachment WHERE message_id = ${id}),
            embeds AS (DELETE FROM message_embed WHERE message_id = ${id}),
            saved AS (DELETE FROM saved_message WHERE message_id = ${id}),
            system AS (UPDATE system_message SET by_id = NULL, people_ids = '{}', changed = '{}',
              pinned_message_id = NULL, order_step = NULL WHERE message_id = ${id})
          UPDATE message m SET text = NULL, search = NULL, input_hash = NULL, forwarded_from_id = NULL,
            growing_until = NULL, pinned_at = NULL, pinned_by = NULL, deleted_at = ${at}, deleted_by = ${userId},
            deletion_reason = ${reason}
          WHERE m.id = ${id} RETURNING ${MESSAGE_COLUMNS}`,
      ),
    deletionReasons: (ids) => db.$queryRaw`
      SELECT id AS "messageId", deletion_reason AS reason FROM message
      WHERE id = ANY(${[...ids]}::text[]) AND deletion_reason IS NOT NULL`,
    pin: async (id, by) =>
      only(
        await db.$queryRaw<MessageRow[]>`
          UPDATE message m SET pinned_at = ${by?.at ?? null}::timestamptz,
            pinned_by = ${by?.userId ?? null}
          WHERE m.id = ${id} RETURNING ${MESSAGE_COLUMNS}`,
      ),
    countPinsLocked: async (roomId) => {
      await lockByName(db, `pins:${roomId}`);
      const [row] = await db.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM message WHERE room_id = ${roomId} AND pinned_at IS NOT NULL`;
      return Number(row?.count ?? 0);
    },
    revisions: (requests) => {
      const wanted = requests.map(({ messageId, limit, from }, request) => ({
        request,
        message_id: messageId,
        row_limit: limit + 1,
        from_number: from,
      }));
      return db.$queryRaw`
        SELECT w.request, page.* FROM
          jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
            (request int, message_id text, row_limit int, from_number int)
          CROSS JOIN LATERAL (
            SELECT r.message_id AS "messageId", r.number, r.text, r.edited_at AS "replacedAt"
            FROM message_revision r
            WHERE r.message_id = w.message_id
              AND r.number < coalesce(w.from_number, 2147483647)
            ORDER BY r.number DESC LIMIT w.row_limit
          ) page
        ORDER BY w.request, page.number DESC`;
    },
  };
};
