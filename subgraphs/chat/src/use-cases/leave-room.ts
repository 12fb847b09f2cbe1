import type { Viewer } from '@souk/runtime/domain';
import { tellingOf } from '../domain/room.ts';
import { assertLeavable } from '../domain/room-entry.ts';
import { takeOut } from './change-participants.ts';
import type { ChatDeps } from './deps.ts';
import { visibleRoom } from './room-access.ts';

export const leaveRoom = (
  { transaction, clock }: ChatDeps,
  { userId }: Viewer,
  roomId: string,
): Promise<void> =>
  transaction(async (stores) => {
    const room = await visibleRoom(stores, userId, roomId, ['roomId']);
    assertLeavable(room);
    await takeOut(stores, [roomId], [userId], { telling: tellingOf(room, userId, clock()) });
  });
