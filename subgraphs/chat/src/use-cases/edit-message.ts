import type { Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import {
  assertEditFits,
  assertMayEdit,
  excerptOf,
  type Message,
  placeOf,
} from '../domain/message.ts';
import { assertMaySpeakInGroup, keeperOf } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';
import { findMentions } from './find-mentions.ts';
import { lockedMessage, visibleMessage } from './message-access.ts';
import { assertStillMay } from './room-access.ts';
import { assertHeard } from './set-blocked.ts';
import { assertWithinRate } from './within-rate.ts';

export interface EditMessageInput {
  messageId: string;
  text: string;
  expectedRevision?: number | null | undefined;
}

const PATH = ['input', 'messageId'];

/** Gives a message another text and keeps the previous one. An edit that changes nothing has no effect. */
export async function editMessage(
  deps: ChatDeps,
  viewer: Viewer,
  { messageId, text, expectedRevision = null }: EditMessageInput,
): Promise<Message> {
  const { userId } = viewer;
  const { roomId } = (await visibleMessage(deps.reads, userId, messageId, PATH)).message;
  await assertWithinRate(deps, 'chat.edit', { roomId, userId });
  return deps.transaction(async (stores) => {
    const { message, room } = await lockedMessage(stores, userId, messageId, PATH);
    assertMaySpeakInGroup(room.groupMute, deps.clock());
    assertMayEdit(message, room, keeperOf(viewer), deps.clock());
    assertEditFits(message, expectedRevision);
    if (message.text === text) return message;
    await assertHeard(stores, { message, room }, userId, PATH);
    const edited = await stores.messageEdits.edit(message, { text, at: deps.clock() });
    const mentions = await findMentions(stores, { text, room, author: keeperOf(viewer) });
    await stores.mentions.replace(edited, mentions);
    const { revision } = edited;
    await stores.events.append({
      type: 'chat.MessageEdited',
      stream: roomStream(roomId),
      payload: { ...placeOf(edited), revision, excerpt: excerptOf(text) },
    });
    await assertStillMay(stores, userId, { roomId, path: PATH }, (now) =>
      assertMayEdit(message, now, keeperOf(viewer), deps.clock()),
    );
    return edited;
  });
}
