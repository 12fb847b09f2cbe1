import { badRequest, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import type { Thread } from '../domain/thread.ts';
import type { ChatDeps } from './deps.ts';
import { joinedThread } from './thread-access.ts';

/** Moves the viewer's marker in a thread, unless it is further already. */
export async function markThreadRead(
  deps: ChatDeps,
  { userId }: Viewer,
  { threadId, upToSequence }: { threadId: string; upToSequence: number },
): Promise<Thread> {
  if (upToSequence < 0) throw badRequest('Sequences are not negative.', ['upToSequence']);
  const thread = await joinedThread(deps.reads, userId, threadId);
  const readUpTo = Math.min(upToSequence, thread.lastSequence);
  return move(deps, thread, { threadId, userId, readUpTo, following: null });
}

/** Follows or unfollows a thread. */
export async function setThreadFollowing(
  deps: ChatDeps,
  { userId }: Viewer,
  { threadId, on }: { threadId: string; on: boolean },
): Promise<Thread> {
  const thread = await joinedThread(deps.reads, userId, threadId);
  return move(deps, thread, { threadId, userId, readUpTo: 0, following: on });
}

interface Move {
  threadId: string;
  userId: string;
  readUpTo: number;
  following: boolean | null;
}

/** Sends changes to the viewer's other devices. */
async function move(
  { transaction }: ChatDeps,
  thread: Thread,
  { threadId, userId, readUpTo, following }: Move,
): Promise<Thread> {
  const { rootId, roomId } = thread;
  await transaction(async ({ threads, events }) => {
    const before = await threads.move({ rootId, userId, readUpTo, following });
    if (before === null) return;
    const payload = { roomId, threadId, userId };
    await events.append({ type: 'chat.ThreadRead', stream: userStream(userId), payload });
  });
  return thread;
}
