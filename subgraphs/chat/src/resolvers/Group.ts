import { isIdOf } from '@souk/runtime/domain';
import type { GroupResolvers } from '../__generated__/resolvers.ts';
import { roomList } from './room-list.ts';

export const Group: GroupResolvers = {
  __resolveReference: ({ id }) => (isIdOf('grp', id) ? { id } : null),
  rooms: ({ id: groupId }, { first, after }, context) =>
    roomList(
      {
        purpose: `group-rooms:${groupId}`,
        first,
        after,
        read: ({ limit, from }) => context.loaders.groupRooms({ groupId, limit, from }),
        count: async () => (await context.loaders.groupRoomCount.load(groupId))?.count ?? 0,
      },
      context,
    ),
};
