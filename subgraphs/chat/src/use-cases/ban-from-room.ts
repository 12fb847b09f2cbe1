import { badInput, isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { assertDecidesWhoStays } from '../domain/keepers.ts';
import { keeperOf, tellingOf } from '../domain/room.ts';
import type { RoomBan } from '../domain/room-entry.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { assertKnownPeople, visibleRoom } from './room-access.ts';
import { shutOut } from './shut-out.ts';

export interface RoomBanInput {
  roomId: string;
  userId: string;
  reason?: string | null | undefined;
  until?: Date | null | undefined;
}

/** Removes somebody and keeps them out: permanently, or until a moment in the future. */
export const banFromRoom = (
  deps: ChatDeps,
  viewer: Viewer,
  { roomId, userId, reason = null, until = null }: RoomBanInput,
): Promise<RoomBan> => {
  if (!isIdOf('usr', userId)) throw notFound('User', ['userId']);
  const { transaction, clock, newId } = deps;
  return transaction(async (stores) => {
    const room = await visibleRoom(stores, viewer.userId, roomId, ['roomId']);
    assertDecidesWhoStays(room, keeperOf(viewer));
    await assertKnownPeople(stores, [userId], ['userId']);
    if (userId === viewer.userId) throw badInput('You cannot ban yourself.', ['userId']);
    const createdAt = clock();
    if (until !== null && until <= createdAt) {
      throw badInput('The end of a ban must be in the future.', ['until']);
    }
    await stores.bans.lock(roomId, [userId]);
    const decided = {
      ...{ bannedBy: viewer.userId, reason: reason || null, createdAt, until },
      reportId: null,
    };
    const kept = { id: newId('rban'), roomId, userId, ...decided };
    const ban = await shutOut(stores, kept, tellingOf(room, null, createdAt));
    await countUse(deps, stores, viewer.userId, { rule: 'changes' });
    return ban;
  });
};
