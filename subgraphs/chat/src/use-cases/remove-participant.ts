import { isIdOf, notFound, type Viewer } from '@souk/runtime';
import type { Chat } from '../chat.ts';
import { assertMayRemove } from '../domain/room.ts';
import { takeOut } from './change-participants.ts';
import { visibleRoom } from './room-access.ts';

export async function removeParticipant(
  { transaction }: Chat,
  viewer: Viewer,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<void> {
  if (!isIdOf('usr', userId)) throw notFound('User', ['userId']);
  await transaction(async (stores) => {
    const room = await visibleRoom(stores, viewer.userId, roomId, ['roomId']);
    assertMayRemove(room, viewer.userId);
    await takeOut(stores, roomId, [userId]);
  });
}
