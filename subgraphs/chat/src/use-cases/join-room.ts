import type { Viewer } from '@souk/runtime/domain';
import { roomBanned } from '../domain/errors.ts';
import { assertJoinable } from '../domain/room.ts';
import { bringIn } from './change-participants.ts';
import type { ChatDeps } from './deps.ts';
import { visibleRoom } from './room-access.ts';

export const joinRoom = (
  { transaction, clock }: ChatDeps,
  { userId }: Viewer,
  roomId: string,
): Promise<void> =>
  transaction(async (stores) => {
    assertJoinable(await visibleRoom(stores, userId, roomId, ['id']));
    await stores.bans.lock(roomId, [userId]);
    const banned = await stores.bans.bannedAmong(roomId, [userId]);
    if (banned.length > 0) throw roomBanned(['id']);
    await bringIn(stores, roomId, [userId], clock());
  });
