import type { Viewer } from '@souk/runtime/domain';
import { assertOpen, tellingOf } from '../domain/room.ts';
import { assertAsked } from '../domain/room-entry.ts';
import { announceRequestsClosed } from './ask-strangers.ts';
import { bringIn } from './change-participants.ts';
import type { ChatDeps } from './deps.ts';
import { assertStillMay, visibleRoom } from './room-access.ts';
import { block } from './set-blocked.ts';

export type RequestAnswer = 'ACCEPT' | 'DECLINE' | 'BLOCK';

/**
 * Accepts or declines a stranger's request to join a room; the stranger is not told that it was declined. Nobody comes
 * into a room that is closed, but a request for it can still be declined.
 */
export const answerRoomRequest = (
  { transaction, clock }: Pick<ChatDeps, 'transaction' | 'clock'>,
  { userId }: Viewer,
  { roomId, answer }: { roomId: string; answer: RequestAnswer },
): Promise<void> =>
  transaction(async (stores) => {
    await visibleRoom(stores, userId, roomId, ['roomId']);
    await stores.bans.lock(roomId, [userId]);
    const request = await stores.requests.lock(roomId, userId);
    // A second answer meets the result of the first one.
    const room = await visibleRoom(stores, userId, roomId, ['roomId']);
    if (answer === 'ACCEPT' && room.participation !== null) return;
    assertAsked({ ...room, pendingRequest: request });
    if (answer === 'ACCEPT') {
      assertOpen(room);
      const at = clock();
      await bringIn(stores, [roomId], [userId], at, tellingOf(room, userId, at));
      await assertStillMay(stores, userId, { roomId, path: ['roomId'] }, assertOpen);
      return;
    }
    await stores.requests.decline(roomId, userId, clock());
    await announceRequestsClosed(stores, roomId, [userId]);
    if (answer === 'BLOCK' && request) await block(stores, userId, request.requestedBy, clock());
  });
