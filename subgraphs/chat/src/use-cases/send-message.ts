import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import {
  assertBeginsThread,
  assertLive,
  assertSaysSomething,
  isBesides,
  type Message,
} from '../domain/message.ts';
import { type Keeper, keeperOf } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import { assertAttachable } from './attach-media.ts';
import type { ChatDeps } from './deps.ts';
import { roomToSayIn } from './room-access.ts';
import { type Said, say, sayAsBefore } from './say.ts';

export interface SendMessageInput {
  roomId: string;
  clientMessageId: string;
  text?: string | null | undefined;
  attachmentMediaIds?: readonly string[] | null | undefined;
  embedEntityIds?: readonly string[] | null | undefined;
  /** False for a message that its author will append to. */
  final?: boolean | null | undefined;
  replyToId?: string | null | undefined;
  threadOfId?: string | null | undefined;
}

/** Posts a message in a room the viewer is in, or in the thread of one of its messages. */
export const sendMessage = (
  deps: ChatDeps,
  viewer: Viewer,
  input: SendMessageInput,
): Promise<Said> => sendAs(deps, keeperOf(viewer), input);

/** The same in the name of somebody who is not asking at the moment. */
export async function sendAs(
  deps: ChatDeps,
  author: Keeper,
  input: SendMessageInput,
): Promise<Said> {
  const { userId } = author;
  const { clientMessageId, text, replyToId = null, threadOfId = null } = input;
  const attachmentIds = [...new Set(input.attachmentMediaIds ?? [])];
  const embedEntityIds = input.embedEntityIds ?? [];
  assertSaysSomething({ text: text ?? null, attachmentMediaIds: attachmentIds, embedEntityIds });
  const embedIds = [...new Set(embedEntityIds)];
  const { roomId } = input;
  const path = ['input'];
  const saying = {
    ...{ clientMessageId, path },
    draft: {
      text: text ?? '',
      replyToId,
      threadRootId: threadOfId,
      attachmentIds,
      embedIds,
      isGrowing: input.final === false,
    },
  };
  const remembered = deps.roomsSaidIn.find(roomId, userId);
  const before = remembered && (await sayAsBefore(deps, author, { ...remembered, ...saying }));
  if (before?.said) return before.said;
  const place = await roomToSayIn(deps.reads, userId, input, [...path, 'roomId']);
  deps.roomsSaidIn.keep(place, userId);
  return say(deps, author, {
    ...{ ...place, ...saying, isCounted: before?.isCounted ?? false },
    check: async () => {
      await assertThread(deps.reads, input, userId);
      await assertAnswerable(deps.reads, input, userId);
      if (attachmentIds.length > 0) {
        await assertAttachable(deps, userId, attachmentIds, input.attachmentMediaIds ?? []);
      }
    },
  });
}

/** Throws unless the thread's root is a message of this room that is not itself in a thread. */
export async function assertThread(
  stores: Pick<Stores, 'messages'>,
  { roomId, threadOfId }: Pick<SendMessageInput, 'roomId' | 'threadOfId'>,
  viewerId: string,
): Promise<void> {
  if (threadOfId == null) return;
  const path = ['input', 'threadOfId'];
  assertBeginsThread(await messageOf(stores, roomId, threadOfId, viewerId, path), path);
}

/** Throws unless the answered message is in the same place and was not deleted. */
export async function assertAnswerable(
  stores: Pick<Stores, 'messages'>,
  {
    roomId,
    replyToId,
    threadOfId = null,
  }: Pick<SendMessageInput, 'roomId' | 'replyToId' | 'threadOfId'>,
  viewerId: string,
): Promise<void> {
  if (replyToId == null) return;
  const path = ['input', 'replyToId'];
  const target = await messageOf(stores, roomId, replyToId, viewerId, path);
  if (!isBesides(target, threadOfId)) throw notFound('Message', path);
  assertLive(target);
}

async function messageOf(
  { messages }: Pick<Stores, 'messages'>,
  roomId: string,
  id: string,
  viewerId: string,
  path: readonly string[],
): Promise<Message> {
  const [found] = isIdOf('msg', id) ? await messages.findVisible([id], viewerId) : [];
  if (found?.roomId !== roomId) throw notFound('Message', path);
  return found;
}
