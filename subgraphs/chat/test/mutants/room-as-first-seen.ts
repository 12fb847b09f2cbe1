import { replaceStores } from '@souk/runtime/persistence';
import type { Room } from '../../src/domain/room.ts';
import type { Stores } from '../../src/persistence/stores.ts';

/** The naive way: what a room was when the transaction first read it is what decides until its end. */
export const roomAsFirstSeen = (stores: Stores): Stores => {
  const seen = new Map<string, Promise<Room[]>>();
  const findVisible: Stores['rooms']['findVisible'] = (ids, viewerId) => {
    const key = [...ids, viewerId].join();
    const found = seen.get(key) ?? stores.rooms.findVisible(ids, viewerId);
    seen.set(key, found);
    return found;
  };
  return replaceStores(stores, { rooms: { ...stores.rooms, findVisible } });
};
