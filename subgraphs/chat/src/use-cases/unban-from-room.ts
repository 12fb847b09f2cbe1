import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { moderates } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';

/** Lets somebody come back by themselves; resolves to the room's id. */
export const unbanFromRoom = (
  { transaction }: ChatDeps,
  { userId }: Viewer,
  roomBanId: string,
): Promise<string> =>
  transaction(async ({ bans, rooms }) => {
    const [ban] = isIdOf('rban', roomBanId) ? await bans.findMany([roomBanId]) : [];
    const [room] = ban ? await rooms.findVisible([ban.roomId], userId) : [];
    // Who was banned is known to those alone who decide it.
    if (!ban || !room || !moderates(room, userId)) throw notFound('RoomBan', ['roomBanId']);
    await bans.lift(ban.roomId, [ban.userId]);
    return ban.roomId;
  });
