import { announceLocks, prepared } from '@souk/runtime/persistence';
import { createSearchIndex } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { KeptRoom, PostingRules, Room, RoomKind } from '../domain/room.ts';
import type { RoomSettings } from '../domain/room-changes.ts';
import type { Db } from './client.ts';
import { joinsOf, ROOM_COLUMNS, type RoomRow, roomFromRow, VISIBLE, visible } from './room-rows.ts';

export interface NewRoom {
  id: string;
  kind: RoomKind;
  name: string | null;
  topic: string | null;
  groupId: string | null;
  directKey: string | null;
  isGeneral: boolean;
  createdBy: string | null;
  createdAt: Date;
}

/** A room as one viewer asks for it. */
export interface AskedRoom {
  viewerId: string;
  id: string;
}

export interface TakenSequence {
  sequence: number;
  /** How many of these people said. */
  saidCount: number;
  sentAt: Date;
  /** What the room allows now that nobody else changes it, and when the author said something before. */
  rules: PostingRules;
  lastPostedAt: Date | null;
}

export interface RoomStore {
  /** False when the room is there already: a direct room of the same people, a group's general. */
  add(room: NewRoom): Promise<boolean>;
  /** The rooms among these that the viewer may see, as they see them; `shownToAll` is one of them. */
  findVisible(
    ids: readonly string[],
    viewerId: string | null,
    shownToAll?: string | null,
  ): Promise<Room[]>;
  /**
   * The room as somebody sees it who is about to say something there, and the message that they sent to it under the same
   * client's id before.
   */
  findWithSent(
    id: string,
    authorId: string,
    clientMessageId: string,
  ): Promise<{ room: Room; sentId: string | null } | null>;
  /** `findVisible` for several viewers in one statement, each with the room they asked for. */
  findVisibleToEach(asked: readonly AskedRoom[]): Promise<(Room & AskedRoom)[]>;
  /** What of a room says who keeps order in it, whoever asks. */
  findKept(id: string): Promise<KeptRoom | null>;
  idOfDirect(directKey: string): Promise<string | null>;
  /** So many rooms of a group, after the last of those that were given before. */
  /** Whether a group has so many rooms, of which no more are looked at than that takes. */
  areSoManyOfGroup(count: number, groupId: string): Promise<boolean>;
  idsOfGroup(groupId: string, page: { after: string | null; limit: number }): Promise<string[]>;
  /**
   * Takes the room's next message sequence for a participant, and the time that goes with it: never
   * before that of the message before, whatever the clocks of two processes say. Null when they are
   * no participant. Until the transaction ends they cannot be removed and nobody else takes a
   * sequence. Locks are taken in one order everywhere: participant, room, event stream.
   */
  takeSequence(id: string, authorId: string, at: Date): Promise<TakenSequence | null>;
  /** Nobody else changes it until the transaction ends. */
  lock(id: string): Promise<void>;
  change(id: string, settings: RoomSettings): Promise<void>;
  archive(id: string, at: Date): Promise<void>;
  /** Archives those of these rooms that are open, and gives them. */
  archiveOpen(
    ids: readonly string[],
    at: Date,
  ): Promise<Pick<Room, 'id' | 'kind' | 'name' | 'groupId'>[]>;
  /** Makes the search words of some rooms anew that were made by another rule; gives how many. */
  reindex(limit: number): Promise<number>;
}

interface TakenRow {
  last_sequence: number;
  system_count: number;
  last_message_at: Date;
  archived_at: Date | null;
  read_only: boolean;
  slow_mode_seconds: number | null;
  last_posted_at: Date | null;
}

const takenFromRow = (row: TakenRow): TakenSequence => ({
  sequence: row.last_sequence,
  saidCount: row.last_sequence - row.system_count,
  sentAt: row.last_message_at,
  rules: {
    archivedAt: row.archived_at,
    readOnly: row.read_only,
    slowModeSeconds: row.slow_mode_seconds,
  },
  lastPostedAt: row.last_posted_at,
});

export const createRoomStore = (db: Db): RoomStore => {
  const index = createSearchIndex<Pick<NewRoom, 'id' | 'name' | 'topic'>>(db, {
    table: 'room',
    columns: 'id, name, topic',
    textsOf: ({ name, topic }) => [
      [name, 'A'],
      [topic, 'B'],
    ],
  });
  return {
    reindex: index.reindex,
    add: async (room) => {
      const added = await db.$executeRaw`
        INSERT INTO room (id, kind, name, topic, group_id, direct_key, is_general, created_by, created_at)
        VALUES (${room.id}, ${room.kind}::room_kind, ${room.name}, ${room.topic}, ${room.groupId},
          ${room.directKey}, ${room.isGeneral}, ${room.createdBy}, ${room.createdAt})
        ON CONFLICT DO NOTHING`;
      if (added === 1) await index.write([room]);
      return added === 1;
    },
    findVisible: async (ids, viewerId, shownToAll = null) => {
      const rows = await db.$queryRaw<RoomRow[]>`
        SELECT ${ROOM_COLUMNS} FROM room r ${joinsOf(viewerId)}
        WHERE r.id = ANY(${[...ids]}::text[]) AND ${visible(shownToAll)}`;
      return rows.map(roomFromRow);
    },
    findWithSent: async (id, authorId, clientMessageId) => {
      const [row] = await db.$queryRaw<(RoomRow & { sent_id: string | null })[]>(
        prepared(Prisma.sql`
          SELECT ${ROOM_COLUMNS}, (SELECT m.id FROM message m
            WHERE m.room_id = r.id AND m.author_id = ${authorId}
              AND m.client_message_id = ${clientMessageId}::uuid) AS sent_id
          FROM room r ${joinsOf(authorId)} WHERE r.id = ${id} AND ${VISIBLE}`),
      );
      return row ? { room: roomFromRow(row), sentId: row.sent_id } : null;
    },
    findVisibleToEach: async (asked) => {
      const wanted = asked.map(({ viewerId, id }) => ({ viewer_id: viewerId, id }));
      const rows = await db.$queryRaw<(RoomRow & { viewer_id: string })[]>`
        SELECT w.viewer_id, ${ROOM_COLUMNS}
        FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w (viewer_id text, id text)
        JOIN room r ON r.id = w.id ${joinsOf(Prisma.sql`w.viewer_id`)}
        WHERE ${VISIBLE}`;
      return rows.map((row) => ({ ...roomFromRow(row), viewerId: row.viewer_id }));
    },
    findKept: async (id) => {
      const select = { id: true, kind: true, groupId: true, createdBy: true } as const;
      return db.room.findUnique({ where: { id }, select });
    },
    idOfDirect: async (directKey) => {
      const room = await db.room.findUnique({ where: { directKey }, select: { id: true } });
      return room?.id ?? null;
    },
    areSoManyOfGroup: async (count, groupId) => {
      const last = await db.$queryRaw<unknown[]>`
        SELECT 1 FROM room WHERE group_id = ${groupId} OFFSET ${count - 1} LIMIT 1`;
      return last.length > 0;
    },
    idsOfGroup: async (groupId, { after, limit }) => {
      const rooms = await db.room.findMany({
        where: { groupId, ...(after === null ? {} : { id: { gt: after } }) },
        select: { id: true },
        orderBy: { id: 'asc' },
        take: limit,
      });
      return rooms.map(({ id }) => id);
    },
    lock: async (id) => {
      announceLocks(db, id);
      await db.$queryRaw`SELECT 1 FROM room WHERE id = ${id} FOR NO KEY UPDATE`;
    },
    change: async (id, settings) => {
      await db.room.update({ where: { id }, data: { ...settings, version: { increment: 1 } } });
      await index.write([{ id, name: settings.name, topic: settings.topic }]);
    },
    archive: async (id, archivedAt) => {
      await db.room.update({ where: { id }, data: { archivedAt, version: { increment: 1 } } });
    },
    archiveOpen: (ids, at) => db.$queryRaw`
      UPDATE room SET archived_at = ${at}, version = version + 1
      WHERE id = ANY(${[...ids]}) AND archived_at IS NULL
      RETURNING id, kind::text AS kind, name, group_id AS "groupId"`,
    takeSequence: async (id, authorId, at) => {
      announceLocks(db, id);
      const [row] = await db.$queryRaw<TakenRow[]>(
        prepared(Prisma.sql`
          WITH author AS MATERIALIZED (
            SELECT last_posted_at FROM participant WHERE room_id = ${id} AND user_id = ${authorId}
            FOR NO KEY UPDATE
          )
          UPDATE room SET last_sequence = last_sequence + 1,
            last_message_at = greatest(last_message_at, created_at, ${at})
          FROM author WHERE id = ${id}
          RETURNING last_sequence, system_count, last_message_at, archived_at, read_only, slow_mode_seconds,
            author.last_posted_at`),
      );
      return row ? takenFromRow(row) : null;
    },
  };
};
