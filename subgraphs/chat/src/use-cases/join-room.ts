import type { Viewer } from '@souk/runtime/domain';
import { assertJoinable } from '../domain/room.ts';
import { bringIn } from './change-participants.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { visibleRoom } from './room-access.ts';

/**
 * A participant of the room stays as they are: were they put in again here, one who is just being
 * put out of a group would stay in its rooms, as this takes no part in the order of its members.
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
    // Whoever comes and goes in turns is announced to all each time.
    await countUse(deps, stores, userId, { rule: 'changes' });
  });
