import { pairId, pairOf } from '@souk/runtime/domain';
import type {
  ThreadResolvers,
  ThreadUpdatedResolvers,
  ThreadViewerStateResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { seesAll } from '../domain/room.ts';
import { rootIdOf, type Thread as ThreadModel, threadIdOf } from '../domain/thread.ts';
import type { ThreadPosition } from '../persistence/thread-store.ts';
import { draftIn } from './Draft.ts';
import { messageHistory } from './message-history.ts';
import { findRoom, roomOf } from './read-room.ts';

export const threadPosition = ({ lastReplyAt, rootId }: ThreadModel): ThreadPosition => [
  lastReplyAt.toISOString(),
  rootId,
];

/** A thread is as visible as the message it is about. */
export async function findThread(id: string, context: Context): Promise<ThreadModel | null> {
  const rootId = rootIdOf(id);
  const thread = rootId === null ? null : await context.loaders.thread.load(rootId);
  const room = thread && (await findRoom(thread.roomId, context));
  if (!room) return null;
  return seesAll(room) || (await context.loaders.message.load(thread.rootId)) ? thread : null;
}

/** The viewer's own state in a thread; without one they do not follow it and have read nothing. */
async function stateIn(thread: ThreadModel, { loaders, viewer }: Context) {
  if (!viewer) return null;
  const place = await loaders.threadPlaceOfViewer.load(thread.rootId);
  const { following = false, readUpTo = 0 } = place ?? {};
  return { ...thread, userId: viewer.userId, following, readUpTo };
}

export const Thread: ThreadResolvers = {
  __resolveReference: ({ id }, context) => findThread(id, context),
  id: ({ rootId }) => threadIdOf(rootId),
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  root: ({ rootId }, _, { loaders }) => loaders.message.load(rootId),
  replyCount: ({ lastSequence }) => lastSequence,
  participants: async ({ rootId }, _, { loaders }) =>
    ((await loaders.lateRepliers.load(rootId))?.userIds ?? []).map((id) => ({ id })),
  messages: (thread, args, context) => {
    const { rootId, roomId, lastSequence } = thread;
    return messageHistory(
      {
        purpose: `thread:${rootId}`,
        roomId,
        threadRootId: rootId,
        lastSequence,
        hiddenUpTo: 0,
        firstUnread: async () => ((await stateIn(thread, context))?.readUpTo ?? lastSequence) + 1,
      },
      args,
      context,
    );
  },
  viewerState: (thread, _, context) => stateIn(thread, context),
};

export const ThreadViewerState: ThreadViewerStateResolvers = {
  /** Each viewer sees only their own. */
  __resolveReference: async ({ id }, context) => {
    const [rootId, userId] = pairOf('tvs', id, ['msg', 'usr']) ?? [];
    if (!rootId || userId !== context.viewer?.userId) return null;
    const thread = await findThread(threadIdOf(rootId), context);
    return thread && stateIn(thread, context);
  },
  id: ({ rootId, userId }) => pairId('tvs', rootId, userId),
  thread: (thread) => thread,
  draft: ({ roomId, rootId }, _, context) => draftIn({ roomId, rootId }, context),
  readUpToSequence: ({ readUpTo }) => readUpTo,
  unreadCount: ({ lastSequence, readUpTo }) => Math.max(0, lastSequence - readUpTo),
};

export const ThreadUpdated: ThreadUpdatedResolvers = {
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
};
