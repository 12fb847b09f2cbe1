import type { TransactionTools } from '@souk/runtime/events';
import { handedBack } from '../domain/support.ts';
import type { Stores } from '../persistence/stores.ts';
import { takeOut } from './change-participants.ts';
import { moveSupport } from './move-support.ts';

/** Rooms in one transaction, each of which is about fifteen statements: on a busy machine it must end in time as well. */
export const HAND_BACKS_AT_ONCE = 25;

type Tools = Pick<
  Stores,
  'support' | 'sellers' | 'participants' | 'requests' | 'rooms' | 'systemMessages'
> &
  TransactionTools;

interface HandingBack {
  userIds: readonly string[];
  /** For a seller, for staff (null), or for any (undefined). */
  sellerId: string | null | undefined;
  at: Date;
}

/**
 * People who may help no more hand back what they took over, as much of it as fits into a transaction. Resolves to
 * those who may have more. Locks: the requests, then the rooms.
 */
export async function handBack(
  stores: Tools,
  { userIds, sellerId, at }: HandingBack,
): Promise<readonly string[]> {
  let limit = HAND_BACKS_AT_ONCE;
  for (const [index, userId] of userIds.entries()) {
    const roomIds = await stores.support.takenBy(userId, { sellerId, limit });
    await handBackRooms(stores, roomIds, userId, at);
    limit -= roomIds.length;
    if (limit <= 0) return userIds.slice(index);
  }
  return [];
}

async function handBackRooms(stores: Tools, roomIds: readonly string[], userId: string, at: Date) {
  const taken = [];
  for (const roomId of roomIds) {
    const before = await stores.support.lock(roomId);
    if (before?.takenBy === userId)
      taken.push({ roomId, before, after: handedBack(before, userId) });
  }
  if (taken.length === 0) return;
  await takeOut(
    stores,
    taken.map(({ roomId }) => roomId),
    [userId],
    { telling: { byId: null, at } },
  );
  for (const { roomId, before, after } of taken) await moveSupport(stores, roomId, before, after);
}
