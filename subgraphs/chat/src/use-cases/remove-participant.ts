import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { assertModerates } from '../domain/room.ts';
import { withdrawRequest } from './ask-strangers.ts';
import { takeOut } from './change-participants.ts';
import type { ChatDeps } from './deps.ts';
import { assertKnownPeople, visibleRoom } from './room-access.ts';

/** Takes somebody out, and keeps them out until they are let in again. */
export async function removeParticipant(
  { transaction, clock, newId }: ChatDeps,
  viewer: Viewer,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<void> {
  if (!isIdOf('usr', userId)) throw notFound('User', ['userId']);
  await transaction(async (stores) => {
    const room = await visibleRoom(stores, viewer.userId, roomId, ['roomId']);
    assertModerates(room, viewer.userId);
    await assertKnownPeople(stores, [userId], ['userId']);
    await stores.bans.lock(roomId, [userId]);
    const areBanned = userId !== viewer.userId;
    if (areBanned) {
      const ban = { roomId, userId, bannedBy: viewer.userId, createdAt: clock() };
      await stores.bans.put({ ...ban, id: newId('rban'), reason: null, until: null });
    }
    await withdrawRequest(stores, roomId, userId);
    await takeOut(stores, [roomId], [userId], { areBanned });
  });
}
