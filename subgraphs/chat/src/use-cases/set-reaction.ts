import type { Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { tooManyEmojis } from '../domain/errors.ts';
import {
  assertLive,
  MAX_EMOJIS_OF_MESSAGE,
  type Message,
  placeOf,
  reactionOf,
} from '../domain/message.ts';
import { assertMayReact } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';
import { lockedMessage, visibleMessage } from './message-access.ts';
import { assertStillMay } from './room-access.ts';
import { assertHeard } from './set-blocked.ts';
import { assertWithinRate } from './within-rate.ts';

/** Adds or removes a reaction to a message; a change that changes nothing is not announced. */
export async function setReaction(
  deps: ChatDeps,
  { userId }: Viewer,
  given: { messageId: string; emoji: string; on: boolean },
): Promise<Message> {
  const { messageId, on } = given;
  const emoji = reactionOf(given.emoji);
  const { roomId } = (await visibleMessage(deps.reads, userId, messageId, ['messageId'])).message;
  await assertWithinRate(deps, 'chat.react', { roomId, userId });
  return deps.transaction(async (stores) => {
    const { message, room } = await lockedMessage(stores, userId, messageId, ['messageId']);
    assertMayReact(room, deps.clock());
    assertLive(message);
    const { reactions, events } = stores;
    if (on) {
      await assertHeard(stores, { message, room }, userId, ['messageId']);
      const emojis = await reactions.emojisOf(messageId);
      const isNew = !emojis.includes(emoji);
      if (isNew && emojis.length >= MAX_EMOJIS_OF_MESSAGE) {
        throw tooManyEmojis(MAX_EMOJIS_OF_MESSAGE);
      }
    }
    const reaction = { messageId, userId, emoji };
    const changed = on
      ? await reactions.add({ ...reaction, at: deps.clock() })
      : await reactions.remove(reaction);
    if (changed) {
      const payload = { ...placeOf(message), userId, emoji, on };
      await events.append({ type: 'chat.ReactionsChanged', stream: roomStream(roomId), payload });
      await assertStillMay(stores, userId, { roomId, path: ['messageId'] }, (now) =>
        assertMayReact(now, deps.clock()),
      );
    }
    return message;
  });
}
