import { isIdOf, notFound, scopesOf, type Viewer } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { roomNotManageable } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import {
  type Asked,
  answered,
  assertMayResolve,
  handedBack,
  resolved,
  takenOver,
} from '../domain/support.ts';
import type { Stores } from '../persistence/stores.ts';
import { bringIn, takeOut } from './change-participants.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { moveSupport } from './move-support.ts';
import { visibleRoom } from './room-access.ts';

/**
 * A person who may help takes over a request, replacing whoever helped before, or hands it back. Only the helper
 * is in the room and can read it.
 */
export const setSupportTaken = (
  deps: ChatDeps,
  viewer: Viewer,
  { roomId, on }: { roomId: string; on: boolean },
): Promise<void> =>
  deps.transaction(async (stores) => {
    const { userId } = viewer;
    // Before the request is locked, as by those who tell that somebody answers for a seller no more.
    await assertMayHelp(stores, viewer, roomId);
    const before = await stores.support.lock(roomId);
    if (before === null) throw notFound('Room', ['roomId']);
    if (before.customerId === userId) throw roomNotManageable();
    const after = on ? takenOver(before, userId) : handedBack(before, userId);
    if (after.takenBy === before.takenBy) return;
    const telling = { byId: userId, at: deps.clock() };
    if (before.takenBy !== null) await takeOut(stores, [roomId], [before.takenBy], { telling });
    if (after.takenBy !== null) {
      await bringIn(stores, [roomId], [after.takenBy], telling.at, telling);
    }
    await moveSupport(stores, roomId, before, after);
    await countUse(deps, stores, userId, { rule: 'changes' });
  });

/** All of the staff may help where staff are asked; where a seller is, the people who answer its customers then. */
async function assertMayHelp(stores: Stores, viewer: Viewer, roomId: string): Promise<void> {
  const path = ['roomId'];
  const sellerId = isIdOf('room', roomId) ? await stores.support.sellerOf(roomId) : undefined;
  if (sellerId === null && scopesOf(viewer).has('chat:support')) return;
  if (sellerId && (await stores.sellers.helps(sellerId, viewer.userId))) return;
  await visibleRoom(stores, viewer.userId, roomId, path);
  throw roomNotManageable();
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
  stores: Pick<Stores, 'support' | 'sellers'> & TransactionTools,
  roomId: string,
  before: Asked,
  { authorId, sentAt }: Pick<Message, 'sentAt'> & { authorId: string },
): Promise<void> => moveSupport(stores, roomId, before, answered(before, authorId, sentAt));
