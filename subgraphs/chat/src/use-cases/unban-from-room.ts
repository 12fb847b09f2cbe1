import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { decidesWhoStays } from '../domain/keepers.ts';
import { keeperOf } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';

/** Lets somebody come back by themselves; resolves to the room's id. */
export const unbanFromRoom = (
  { transaction }: ChatDeps,
  viewer: Viewer,
  roomBanId: string,
): Promise<string> =>
  transaction(async ({ bans, rooms }) => {
    // The banned user is shown only to those who decide bans.
    const banToDecide = async () => {
      const [ban] = isIdOf('rban', roomBanId) ? await bans.findMany([roomBanId]) : [];
      const [room] = ban ? await rooms.findVisible([ban.roomId], viewer.userId) : [];
      if (ban && room && decidesWhoStays(room, keeperOf(viewer))) return ban;
      throw notFound('RoomBan', ['roomBanId']);
    };
    const named = await banToDecide();
    await bans.lock(named.roomId, [named.userId]);
    // Before we got the lock, somebody may have lifted the ban, and another may have replaced it.
    const { id, roomId } = await banToDecide();
    await bans.remove(id);
    return roomId;
  });
