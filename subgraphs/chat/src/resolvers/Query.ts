import { isIdOf, requireViewer } from '@souk/runtime/domain';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { reportList } from './Report.ts';
import { findRoom } from './read-room.ts';
import { roomList } from './room-list.ts';
import { supportRequests } from './SupportRequest.ts';
import { searchMessages } from './search-messages.ts';
import { findThread } from './Thread.ts';

export const Query: QueryResolvers = {
  viewer: (_, __, { viewer }) => ({ id: requireViewer(viewer).userId }),
  room: (_, { id }, context) => findRoom(id, context),
  message: (_, { id }, { loaders }) => (isIdOf('msg', id) ? loaders.message.load(id) : null),
  thread: (_, { id }, context) => findThread(id, context),
  searchMessages: (_, args, context) => searchMessages(args, context),
  reports: (_, { status, first, after }, context) => {
    const { userId: notAbout } = requireViewer(context.viewer);
    return reportList({ notAbout, ...(status ? { status } : {}) }, { first, after }, context);
  },
  supportRequests: (_, args, context) => supportRequests(null, args, context),
  publicRooms: (_, { query, first, after }, context) => {
    const text = query ?? null;
    const { roomLists } = context.stores;
    return roomList(
      {
        purpose: `public-rooms:${text ?? ''}`,
        first,
        after,
        read: (page) => roomLists.public(text, context.viewer?.userId ?? null, page),
        count: () => roomLists.countPublic(text),
      },
      context,
    );
  },
};
