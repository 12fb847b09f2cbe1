import type { Room, RoomKind } from '../domain/room.ts';
import type { Db } from './client.ts';
import { joinsOf, ROOM_COLUMNS, type RoomRow, roomFromRow, visible } from './room-rows.ts';

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

export interface RoomStore {
  /** False when the room is there already: a direct room of the same people, a group's general. */
  add(room: NewRoom): Promise<boolean>;
  /** The rooms among these that the viewer may see, as they see them; `shownToAll` is one of them. */
  findVisible(
    ids: readonly string[],
    viewerId: string | null,
    shownToAll?: string | null,
  ): Promise<Room[]>;
  idOfDirect(directKey: string): Promise<string | null>;
  idsOfGroup(groupId: string): Promise<string[]>;
  /**
   * Takes the room's next message sequence for a participant; null when they are not one. Until the
   * transaction ends they cannot be removed and nobody else takes a sequence. Locks are taken in
   * one order everywhere: participant, room, event stream.
   */
  takeSequence(id: string, authorId: string, at: Date): Promise<number | null>;
}

export const createRoomStore = (db: Db): RoomStore => ({
  add: async (room) =>
    (await db.$executeRaw`
      INSERT INTO room (id, kind, name, topic, group_id, direct_key, is_general, created_by, created_at)
      VALUES (${room.id}, ${room.kind}::room_kind, ${room.name}, ${room.topic}, ${room.groupId},
        ${room.directKey}, ${room.isGeneral}, ${room.createdBy}, ${room.createdAt})
      ON CONFLICT DO NOTHING`) === 1,
  findVisible: async (ids, viewerId, shownToAll = null) => {
    const rows = await db.$queryRaw<RoomRow[]>`
      SELECT ${ROOM_COLUMNS} FROM room r ${joinsOf(viewerId)}
      WHERE r.id = ANY(${[...ids]}::text[]) AND ${visible(shownToAll)}`;
    return rows.map(roomFromRow);
  },
  idOfDirect: async (directKey) => {
    const room = await db.room.findUnique({ where: { directKey }, select: { id: true } });
    return room?.id ?? null;
  },
  idsOfGroup: async (groupId) => {
    const rooms = await db.room.findMany({
      where: { groupId },
      select: { id: true },
      orderBy: { id: 'asc' },
    });
    return rooms.map(({ id }) => id);
  },
  takeSequence: async (id, authorId, at) => {
    const [row] = await db.$queryRaw<{ last_sequence: number }[]>`
      WITH author AS MATERIALIZED (
        SELECT 1 FROM participant WHERE room_id = ${id} AND user_id = ${authorId}
        FOR NO KEY UPDATE
      )
      UPDATE room SET last_sequence = last_sequence + 1, last_message_at = ${at}
      WHERE id = ${id} AND EXISTS (SELECT 1 FROM author) RETURNING last_sequence`;
    return row?.last_sequence ?? null;
  },
});
