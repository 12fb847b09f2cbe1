import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { assertDecidesWhoStays } from '../domain/keepers.ts';
import { keeperOf, tellingOf } from '../domain/room.ts';
import { takeOut } from './change-participants.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { assertKnownPeople, visibleRoom } from './room-access.ts';
import { shutOut } from './shut-out.ts';

/** Removes somebody, and keeps them out until they are let in again. */
export async function removeParticipant(
  deps: ChatDeps,
  viewer: Viewer,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<void> {
  if (!isIdOf('usr', userId)) throw notFound('User', ['userId']);
  const { transaction, clock, newId } = deps;
  await transaction(async (stores) => {
    const room = await visibleRoom(stores, viewer.userId, roomId, ['roomId']);
    assertDecidesWhoStays(room, keeperOf(viewer));
    await assertKnownPeople(stores, [userId], ['userId']);
    await stores.bans.lock(roomId, [userId]);
    // The opener of a room who removes themselves may come back at any time.
    const at = clock();
    if (userId === viewer.userId) {
      await takeOut(stores, [roomId], [userId], { telling: tellingOf(room, userId, at) });
    } else {
      const ban = { roomId, userId, bannedBy: viewer.userId, createdAt: at };
      const kept = { ...ban, id: newId('rban'), reason: null, until: null, reportId: null };
      await shutOut(stores, kept, tellingOf(room, null, at));
    }
    await countUse(deps, stores, viewer.userId, { rule: 'changes' });
  });
}
