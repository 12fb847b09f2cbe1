import { lockByName } from '@souk/runtime/persistence';
import type { Draft, DraftPlace } from '../domain/draft.ts';
import type { Db } from './client.ts';

export interface DraftStore {
  /** The draft in each place, which may be empty. */
  findMany(places: readonly DraftPlace[]): Promise<Draft[]>;
  /** The draft in one place, locked against one's other devices until the transaction ends. */
  lock(place: DraftPlace): Promise<Draft | null>;
  put(draft: Draft): Promise<void>;
}

export const createDraftStore = (db: Db): DraftStore => ({
  findMany: (places) => db.draft.findMany({ where: { OR: [...places] } }),
  lock: async (place) => {
    const { userId, roomId, rootId } = place;
    await lockByName(db, `draft:${userId}:${roomId}:${rootId}`);
    return db.draft.findUnique({ where: { userId_roomId_rootId: place } });
  },
  put: async ({ userId, roomId, rootId, ...draft }) => {
    const place = { userId, roomId, rootId };
    await db.draft.upsert({
      where: { userId_roomId_rootId: place },
      create: { ...place, ...draft },
      update: draft,
    });
  },
});
