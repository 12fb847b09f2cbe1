import type { RoomToSayIn } from './room-store.ts';

/** What was last read of a room for somebody who posted there. */
export interface RoomsSaidIn {
  find(roomId: string, authorId: string): RoomToSayIn | null;
  keep(found: RoomToSayIn, authorId: string): void;
  forget(roomId: string, authorId: string): void;
}

/** How many are kept: a few megabytes. */
const MOST = 2_000;

/**
 * Remembers what posting was decided by, so that who posts again need not wait for it to be read. It may be
 * outdated: only what the statement that posts a message compares may be decided by it.
 */
export function createRoomsSaidIn(): RoomsSaidIn {
  const kept = new Map<string, RoomToSayIn>();
  const keyOf = (roomId: string, authorId: string) => `${roomId} ${authorId}`;
  return {
    find: (roomId, authorId) => kept.get(keyOf(roomId, authorId)) ?? null,
    keep: (found, authorId) => {
      const key = keyOf(found.room.id, authorId);
      // Inserted again, so that the first of them is the oldest.
      kept.delete(key);
      if (kept.size >= MOST) kept.delete(kept.keys().next().value as string);
      kept.set(key, { ...found, sentId: null });
    },
    forget: (roomId, authorId) => {
      kept.delete(keyOf(roomId, authorId));
    },
  };
}
