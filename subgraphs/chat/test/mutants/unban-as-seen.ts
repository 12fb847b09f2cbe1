import { notFound } from '@souk/runtime/domain';
import type { unbanFromRoom } from '../../src/use-cases/unban-from-room.ts';

/** The naive way: lifts whatever keeps the person out, who was seen to be named before it was its turn. */
export const unbanAsSeen: typeof unbanFromRoom = ({ transaction }, _, roomBanId) =>
  transaction(async ({ bans }) => {
    const [ban] = await bans.findMany([roomBanId]);
    if (!ban) throw notFound('RoomBan', ['roomBanId']);
    await bans.lock(ban.roomId, [ban.userId]);
    await bans.lift(ban.roomId, [ban.userId]);
    return ban.roomId;
  });
