import { announceLocks, prepared } from '@souk/runtime/persistence';
import type { KeptWords } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Contact } from '../domain/contact.ts';
import type { KeptRoom, Room, RoomKind } from '../domain/room.ts';
import type { RoomSettings } from '../domain/room-changes.ts';
import type { Db } from './client.ts';
import { roomIndex } from './room-index.ts';
import {
  contactFrom,
  contactWith,
  type DecidedBy,
  joinsOf,
  ROOM_COLUMNS,
  type RoomRow,
  roomFromRow,
  STANDING,
  VISIBLE,
  visible,
} from './room-rows.ts';

export interface NewRoom {
  id: string;
  kind: RoomKind;
  name: string | null;
  topic: string | null;
  groupId: string | null;
  directKey: string | null;
  isGeneral: boolean;
  /** What it is the discussion of. */
  entityId?: string | null;
  createdBy: string | null;
  createdAt: Date;
}

/** A room as requested by one viewer. */
export interface AskedRoom {
  viewerId: string;
  id: string;
}

/** A room for a viewer who is about to post there. */
export interface RoomToSayIn {
  room: Room;
  contact: Contact;
  decidedBy: DecidedBy;
  sentId: string | null;
}

export interface RoomStore {
  /** False when the room exists already: a direct room of the same people, a group's general room, a discussion. */
  add(room: NewRoom): Promise<boolean>;
  /** The rooms among these that the viewer may see, as they see them; `shownToAll` is one of them. */
  findVisible(
    ids: readonly string[],
    viewerId: string | null,
    shownToAll?: string | null,
  ): Promise<Room[]>;
  /**
   * The room as a viewer sees it who is about to post there, with everything that decides whether they may,
   * and the message that they sent to it under the same client's id before.
   */
  findWithSent(id: string, authorId: string, clientMessageId: string): Promise<RoomToSayIn | null>;
  /** How somebody stands to the others of a direct or private room. */
  contactOf(id: string, userId: string): Promise<Contact>;
  /** `findVisible` for several viewers in one statement, each with the room they asked for. */
  findVisibleToEach(asked: readonly AskedRoom[]): Promise<(Room & AskedRoom)[]>;
  /** The part of a room that determines its moderators, for any caller. */
  findKept(id: string): Promise<KeptRoom | null>;
  idOfDirect(directKey: string): Promise<string | null>;
  /** At most this many rooms of a group, after the last of those returned before. */
  /** Whether a group has this many rooms; no more rows are read than that takes. */
  areSoManyOfGroup(count: number, groupId: string): Promise<boolean>;
  idsOfGroup(groupId: string, page: { after: string | null; limit: number }): Promise<string[]>;
  /** Locked until the transaction ends. */
  lock(id: string): Promise<void>;
  change(id: string, settings: RoomSettings): Promise<void>;
  archive(id: string, at: Date): Promise<void>;
  /** Archives those of these rooms that are open, and returns them. */
  archiveOpen(
    ids: readonly string[],
    at: Date,
  ): Promise<Pick<Room, 'id' | 'kind' | 'name' | 'groupId'>[]>;
  /** The words by which they are found. */
  readonly words: KeptWords;
}

type RowToSayIn = RoomRow & { standing: string; contact: string; sent_id: string | null };

export const createRoomStore = (db: Db): RoomStore => {
  const index = roomIndex(db);
  return {
    words: index.words,
    add: async (room) => {
      const added = await db.$executeRaw`
        INSERT INTO room (id, kind, name, topic, group_id, direct_key, is_general, entity_id, created_by, created_at)
        VALUES (${room.id}, ${room.kind}::room_kind, ${room.name}, ${room.topic}, ${room.groupId},
          ${room.directKey}, ${room.isGeneral}, ${room.entityId ?? null}, ${room.createdBy}, ${room.createdAt})
        ON CONFLICT DO NOTHING`;
      if (added === 1) await index.write([room]);
      return added === 1;
    },
    findVisible: async (ids, viewerId, shownToAll = null) => {
      const rows = await db.$queryRaw<RoomRow[]>(
        prepared(Prisma.sql`
          SELECT ${ROOM_COLUMNS} FROM room r ${joinsOf(viewerId)}
          WHERE r.id = ANY(${[...ids]}::text[]) AND ${visible(shownToAll)}`),
      );
      return rows.map(roomFromRow);
    },
    findWithSent: async (id, authorId, clientMessageId) => {
      const [row] = await db.$queryRaw<RowToSayIn[]>(
        prepared(Prisma.sql`
          SELECT ${ROOM_COLUMNS}, ${Prisma.raw(STANDING)} AS standing,
            ${Prisma.raw(contactWith('p.user_id'))} AS contact, (SELECT m.id FROM message m
            WHERE m.room_id = r.id AND m.author_id = ${authorId}
              AND m.client_message_id = ${clientMessageId}::uuid) AS sent_id
          FROM room r ${joinsOf(authorId)} WHERE r.id = ${id} AND ${VISIBLE}`),
      );
      if (!row) return null;
      const { group_id: groupId, version, standing, contact, sent_id: sentId } = row;
      const decidedBy = { groupId, version, standing, contact };
      return { room: roomFromRow(row), contact: contactFrom(contact), decidedBy, sentId };
    },
    contactOf: async (id, userId) => {
      const [row] = await db.$queryRaw<{ contact: string }[]>`
        SELECT ${Prisma.raw(contactWith('p.user_id'))} AS contact
        FROM room r, (SELECT ${userId}::text AS user_id) p WHERE r.id = ${id}`;
      return contactFrom(row?.contact ?? '');
    },
    findVisibleToEach: async (asked) => {
      const wanted = asked.map(({ viewerId, id }) => ({ viewer_id: viewerId, id }));
      const rows = await db.$queryRaw<(RoomRow & { viewer_id: string })[]>(
        prepared(Prisma.sql`
          SELECT w.viewer_id, ${ROOM_COLUMNS}
          FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w (viewer_id text, id text)
          JOIN room r ON r.id = w.id ${joinsOf(Prisma.sql`w.viewer_id`)}
          WHERE ${VISIBLE}`),
      );
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
  };
};
