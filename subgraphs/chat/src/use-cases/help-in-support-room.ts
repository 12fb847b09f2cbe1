import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { roomNotManageable } from '../domain/errors.ts';
import type { Room } from '../domain/room.ts';
import {
  answered,
  assertMayResolve,
  handedBack,
  resolved,
  type Support,
  takenOver,
} from '../domain/support.ts';
import type { Stores } from '../persistence/stores.ts';
import { bringIn, takeOut } from './change-participants.ts';
import { announceRoom } from './change-room.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { visibleRoom } from './room-access.ts';

type Tools = Pick<Stores, 'support' | 'participants' | 'requests' | 'rooms' | 'systemMessages'> &
  TransactionTools;

/**
 * A member of staff takes over a request, replacing whoever helped before, or hands it back. Only the helper
 * is in the room and can read it. That the viewer is staff is checked in the resolver of the mutation.
 */
export const setSupportTaken = (
  deps: ChatDeps,
  { userId }: Viewer,
  { roomId, on }: { roomId: string; on: boolean },
): Promise<void> =>
  deps.transaction(async (stores) => {
    const before = isIdOf('room', roomId) ? await stores.support.lock(roomId) : null;
    if (before === null) throw notFound('Room', ['roomId']);
    if (before.customerId === userId) throw roomNotManageable();
    const after = on ? takenOver(before, userId) : handedBack(before, userId);
    if (after.takenBy === before.takenBy) return;
    await stores.support.change(roomId, after);
    const telling = { byId: userId, at: deps.clock() };
    if (before.takenBy !== null) await takeOut(stores, [roomId], [before.takenBy], { telling });
    if (after.takenBy !== null) {
      await bringIn(stores, [roomId], [after.takenBy], telling.at, telling);
    }
    await announceSupport(stores, roomId, [before, after]);
    await countUse(deps, stores, userId, { rule: 'changes' });
  });

/**
 * A person who may no longer help hands back everything that they took over. Locks: the requests, then the
 * rooms.
 */
export async function handBackAll(stores: Tools, userId: string, at: Date): Promise<void> {
  const taken = [];
  for (const roomId of await stores.support.takenBy(userId)) {
    const before = await stores.support.lock(roomId);
    if (before?.takenBy === userId)
      taken.push({ roomId, before, after: handedBack(before, userId) });
  }
  if (taken.length === 0) return;
  for (const { roomId, after } of taken) await stores.support.change(roomId, after);
  await takeOut(
    stores,
    taken.map(({ roomId }) => roomId),
    [userId],
    { telling: { byId: null, at } },
  );
  for (const { roomId, before, after } of taken) {
    await announceSupport(stores, roomId, [before, after]);
  }
}

/** The asker, or the helper, marks it as done, or not done. */
export const setSupportResolved = (
  deps: ChatDeps,
  { userId }: Viewer,
  { roomId, on }: { roomId: string; on: boolean },
): Promise<void> =>
  deps.transaction(async (stores) => {
    await visibleRoom(stores, userId, roomId, ['roomId']);
    const before = await stores.support.lock(roomId);
    // Somebody else may be helping by now.
    const room = await visibleRoom(stores, userId, roomId, ['roomId']);
    assertMayResolve(room);
    const after = before && resolved(before, on);
    if (!before || !after || after.state === before.state) return;
    await moveSupport(stores, roomId, before, after);
    await countUse(deps, stores, userId, { rule: 'changes' });
  });

/** After something was posted in a support room: `support.lock` was called before. */
export const passTurn = (
  stores: Tools,
  roomId: string,
  before: Support,
  authorId: string,
): Promise<void> => moveSupport(stores, roomId, before, answered(before, authorId));

async function moveSupport(stores: Tools, roomId: string, before: Support, after: Support) {
  if (after.state === before.state) return;
  await stores.support.change(roomId, after);
  await announceSupport(stores, roomId, [before, after]);
}

async function announceSupport(
  stores: Tools,
  id: string,
  [before, after]: [before: Support, after: Support],
): Promise<void> {
  const room: Pick<Room, 'id' | 'kind' | 'name' | 'groupId'> = {
    ...{ id, kind: 'SUPPORT', name: null, groupId: null },
  };
  const changed = [
    ...(after.state === before.state ? [] : ['supportState']),
    ...(after.takenBy === before.takenBy ? [] : ['assignee']),
  ];
  await announceRoom(stores, room, changed);
}
