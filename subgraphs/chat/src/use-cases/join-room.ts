import type { Viewer } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { assertJoinable } from '../domain/room-entry.ts';
import type { Stores } from '../persistence/stores.ts';
import { bringIn } from './change-participants.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { assertStillMay, visibleRoom } from './room-access.ts';

type Deps = Pick<ChatDeps, 'transaction' | 'clock' | 'config'>;

/** Comes into a public room. */
export const joinRoom = (deps: Deps, { userId }: Viewer, roomId: string): Promise<void> =>
  deps.transaction((stores) => comeInto(deps, stores, userId, { roomId, path: ['roomId'] }));

/**
 * A participant of the room stays as they are. Adding them again here could keep a person who is just being
 * removed from a group in its rooms, since this does not take part in the order of the group's membership
 * events.
 */
export async function comeInto(
  deps: Pick<Deps, 'clock' | 'config'>,
  stores: Stores & TransactionTools,
  userId: string,
  { roomId, path }: { roomId: string; path: readonly string[] },
): Promise<void> {
  const room = await visibleRoom(stores, userId, roomId, path);
  if (room.participation !== null) return;
  assertJoinable(room, null, path);
  await stores.bans.lock(roomId, [userId]);
  const [ban = null] = await stores.bans.among(roomId, [userId], deps.clock());
  assertJoinable(room, ban, path);
  await bringIn(stores, [roomId], [userId], deps.clock());
  await assertStillMay(stores, userId, { roomId, path }, (now) => assertJoinable(now, ban, path));
  // Repeatedly joining and leaving is announced to everybody each time.
  await countUse(deps, stores, userId, { rule: 'changes' });
}
