import type { Viewer } from '@souk/runtime/domain';
import { assertJoinable } from '../domain/room.ts';
import { bringIn } from './change-participants.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { visibleRoom } from './room-access.ts';

/**
 * A participant of the room stays as they are. Adding them again here could keep a person who is just being
 * removed from a group in its rooms, since this does not take part in the order of the group's membership
 * events.
 */
export const joinRoom = (
  deps: Pick<ChatDeps, 'transaction' | 'clock' | 'config'>,
  { userId }: Viewer,
  roomId: string,
): Promise<void> =>
  deps.transaction(async (stores) => {
    const room = await visibleRoom(stores, userId, roomId, ['roomId']);
    if (room.participation !== null) return;
    assertJoinable(room);
    await stores.bans.lock(roomId, [userId]);
    const [ban = null] = await stores.bans.among(roomId, [userId], deps.clock());
    assertJoinable(room, ban);
    await bringIn(stores, [roomId], [userId], deps.clock());
    // Repeatedly joining and leaving is announced to everybody each time.
    await countUse(deps, stores, userId, { rule: 'changes' });
  });
