import type { Db } from './client.ts';

/** The public rooms in which things of other subgraphs are talked about: one of each thing. */
export interface DiscussionStore {
  idOf(entityId: string): Promise<string | null>;
  ofEntities(entityIds: readonly string[]): Promise<{ entityId: string; roomId: string }[]>;
}

export const createDiscussionStore = (db: Db): DiscussionStore => ({
  idOf: async (entityId) => {
    const room = await db.room.findUnique({ where: { entityId }, select: { id: true } });
    return room?.id ?? null;
  },
  ofEntities: async (entityIds) => {
    const rooms = await db.room.findMany({
      where: { entityId: { in: [...entityIds] } },
      select: { id: true, entityId: true },
    });
    return rooms.flatMap(({ id: roomId, entityId }) => (entityId ? { entityId, roomId } : []));
  },
});
