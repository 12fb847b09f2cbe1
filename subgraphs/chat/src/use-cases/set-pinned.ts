import type { Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { tooManyPins } from '../domain/errors.ts';
import { assertMayPin } from '../domain/keepers.ts';
import { assertLive, MAX_PINS_OF_ROOM, type Message, placeOf } from '../domain/message.ts';
import { keeperOf } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';
import { lockedMessage, visibleMessage } from './message-access.ts';
import { postSystemMessage } from './post-system-message.ts';
import { assertStillMay } from './room-access.ts';
import { assertHeard } from './set-blocked.ts';
import { assertWithinRate } from './within-rate.ts';

/** Pins a message for everybody, or unpins it; a change that changes nothing is not announced. */
export const setPinned = async (
  deps: ChatDeps,
  viewer: Viewer,
  { messageId, on }: { messageId: string; on: boolean },
): Promise<Message> => {
  const { transaction, reads, clock } = deps;
  const { userId } = viewer;
  const { roomId } = (await visibleMessage(reads, userId, messageId, ['messageId'])).message;
  await assertWithinRate(deps, 'chat.pin', { roomId, userId });
  return transaction(async (stores) => {
    // The room announces it: locks are taken in the order participant, room, message.
    await stores.participants.lock(roomId, userId);
    if (on) await stores.rooms.lock(roomId);
    const { message, room } = await lockedMessage(stores, userId, messageId, ['messageId']);
    assertMayPin(room, keeperOf(viewer), clock());
    assertLive(message);
    if ((message.pinnedAt !== null) === on) return message;
    const { messageEdits, events } = stores;
    if (on) await assertHeard(stores, { message, room }, userId, ['messageId']);
    if (on && (await messageEdits.countPinsLocked(roomId)) >= MAX_PINS_OF_ROOM) {
      throw tooManyPins(MAX_PINS_OF_ROOM);
    }
    const pinned = await messageEdits.pin(messageId, on ? { userId, at: clock() } : null);
    if (on) {
      const news = { change: 'PINNED', byId: userId, pinnedMessageId: messageId } as const;
      await postSystemMessage(stores, roomId, news, clock());
    }
    await events.append({
      type: 'chat.PinChanged',
      stream: roomStream(roomId),
      payload: { ...placeOf(message), userId, on },
    });
    await assertStillMay(stores, userId, { roomId, path: ['messageId'] }, (now) =>
      assertMayPin(now, keeperOf(viewer), clock()),
    );
    return pinned;
  });
};
