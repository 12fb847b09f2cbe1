import { notFound, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { nextDraft } from '../domain/draft.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';
import { assertAnswerable } from './send-message.ts';
import { joinedThread } from './thread-access.ts';
import { assertWithinRate } from './within-rate.ts';

export interface DraftInput {
  roomId: string;
  threadId?: string | null | undefined;
  text?: string | null | undefined;
  replyToId?: string | null | undefined;
  expectedVersion?: number | null | undefined;
}

/** Stores what the viewer is about to post, for their other devices; an empty text means that it is done. */
export async function setDraft(
  deps: ChatDeps,
  { userId }: Viewer,
  { roomId, threadId, text, replyToId = null, expectedVersion = null }: DraftInput,
): Promise<void> {
  const { transaction, reads, clock } = deps;
  await joinedRoom(reads, userId, roomId, ['input', 'roomId']);
  const thread =
    threadId == null ? null : await joinedThread(reads, userId, threadId, ['input', 'threadId']);
  if (thread && thread.roomId !== roomId) throw notFound('Thread', ['input', 'threadId']);
  const threadOfId = thread?.rootId ?? null;
  await assertAnswerable(reads, { roomId, replyToId, threadOfId }, userId);
  await assertWithinRate(deps, 'chat.draft', { roomId, userId });
  const place = { userId, roomId, rootId: threadOfId ?? '' };
  await transaction(async ({ drafts, events }) => {
    const before = await drafts.lock(place);
    const at = clock();
    await drafts.put(
      nextDraft(before, place, { text: text ?? '', replyToId, at, expectedVersion }),
    );
    const payload = { roomId, userId };
    await events.append({ type: 'chat.RoomMarked', stream: userStream(userId), payload });
  });
}
