import type { Viewer } from '@souk/runtime/domain';
import { assertLeavable } from '../domain/room.ts';
import { takeOut } from './change-participants.ts';
import type { ChatDeps } from './deps.ts';
import { visibleRoom } from './room-access.ts';

export const leaveRoom = (
  { transaction }: ChatDeps,
  { userId }: Viewer,
  roomId: string,
): Promise<void> =>
  transaction(async (stores) => {
    assertLeavable(await visibleRoom(stores, userId, roomId, ['roomId']));
    await takeOut(stores, [roomId], [userId]);
  });
