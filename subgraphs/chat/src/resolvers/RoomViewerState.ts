import { pairId, pairOf } from '@souk/runtime/domain';
import type { RoomViewerStateResolvers } from '../__generated__/resolvers.ts';
import { keeperOf, moderatesTalk, nextPostAt } from '../domain/room.ts';
import { unreadOf } from '../domain/system-message.ts';
import { draftIn } from './Draft.ts';
import { findRoom } from './read-room.ts';
import { firstUnreadIn, stateIn } from './room-state.ts';

export const RoomViewerState: RoomViewerStateResolvers = {
  /** Each viewer sees only their own. */
  __resolveReference: async ({ id }, context) => {
    const [roomId, userId] = pairOf('rvs', id, ['room', 'usr']) ?? [];
    if (!roomId || userId !== context.viewer?.userId) return null;
    const room = await findRoom(roomId, context);
    return room && stateIn(room);
  },
  id: ({ id, participation: { userId } }) => pairId('rvs', id, userId),
  room: (room) => room,
  joinedAt: ({ participation: { joinedAt } }) => joinedAt,
  readUpToSequence: ({ participation: { readUpTo } }) => readUpTo,
  unreadCount: (room) => unreadOf(room, room.participation),
  notify: ({ participation: { notify } }) => notify,
  mutedUntil: ({ participation: { mutedUntil } }) => mutedUntil,
  starred: ({ participation: { starred } }) => starred,
  nextPostAt: (room, _, { services, viewer }) => {
    const isKeeper = viewer !== null && moderatesTalk(room, keeperOf(viewer));
    const next = nextPostAt(room, room.participation.lastPostedAt, isKeeper);
    return next !== null && next > services.clock() ? next : null;
  },
  draft: ({ id: roomId }, _, context) => draftIn({ roomId, rootId: '' }, context),
  threadUnreadCount: async ({ id }, _, { loaders }) =>
    (await loaders.unreadThreadsOfViewer.load(id))?.count ?? 0,
  mentionCount: async ({ id }, _, { loaders }) =>
    (await loaders.unreadMentionsOfViewer.load(id))?.count ?? 0,
  firstUnread: (room, _, context) => firstUnreadIn(room, context),
};
