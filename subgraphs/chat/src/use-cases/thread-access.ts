import { notFound } from '@souk/runtime/domain';
import { assertInside } from '../domain/room.ts';
import { rootIdOf, type Thread } from '../domain/thread.ts';
import type { Stores } from '../persistence/stores.ts';
import { visibleRoom } from './room-access.ts';

/** A thread of a room that the viewer is in; one of a room they may not see is not there. */
export async function joinedThread(
  { threads, rooms }: Pick<Stores, 'threads' | 'rooms'>,
  viewerId: string,
  threadId: string,
  path: readonly string[] = ['threadId'],
): Promise<Thread> {
  const rootId = rootIdOf(threadId);
  const [thread] = rootId === null ? [] : await threads.findMany([rootId]);
  const isSeen = thread && (await rooms.findVisible([thread.roomId], viewerId)).length > 0;
  if (!isSeen) throw notFound('Thread', path);
  assertInside(await visibleRoom({ rooms }, viewerId, thread.roomId, path));
  return thread;
}
