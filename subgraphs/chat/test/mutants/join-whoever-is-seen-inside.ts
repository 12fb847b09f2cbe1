import { assertJoinable } from '../../src/domain/room-entry.ts';
import { bringIn } from '../../src/use-cases/change-participants.ts';
import type { joinRoom } from '../../src/use-cases/join-room.ts';
import { visibleRoom } from '../../src/use-cases/room-access.ts';

/** The naive way: whoever was seen in the room is put in once more, which does nothing mostly. */
export const joinWhoeverIsSeenInside: typeof joinRoom = (
  { transaction, clock },
  { userId },
  roomId,
) =>
  transaction(async (stores) => {
    const room = await visibleRoom(stores, userId, roomId, ['id']);
    if (room.participation === null) assertJoinable(room);
    await bringIn(stores, [roomId], [userId], clock());
  });
