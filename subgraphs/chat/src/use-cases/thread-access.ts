import { notFound } from '@souk/runtime/domain';
import { assertInside, seesAll } from '../domain/room.ts';
import { rootIdOf, type Thread } from '../domain/thread.ts';
import type { Stores } from '../persistence/stores.ts';

/** A thread of a room that the viewer is in; a thread of a room they may not see does not exist for them. */
export async function joinedThread(
  { threads, rooms, messages }: Pick<Stores, 'threads' | 'rooms' | 'messages'>,
  viewerId: string,
  threadId: string,
  path: readonly string[] = ['threadId'],
): Promise<Thread> {
  const rootId = rootIdOf(threadId);
  const [thread] = rootId === null ? [] : await threads.findMany([rootId]);
  const [room] = thread ? await rooms.findVisible([thread.roomId], viewerId) : [];
  if (!thread || !room) throw notFound('Thread', path);
  const isSeen =
    seesAll(room) || (await messages.findVisible([thread.rootId], viewerId)).length > 0;
  if (!isSeen) throw notFound('Thread', path);
  assertInside(room);
  return thread;
}
