import { isIdOf } from '@souk/runtime/domain';
import type { RoomBanResolvers } from '../__generated__/resolvers.ts';
import { decidesWhoStays } from '../domain/keepers.ts';
import { keeperOf } from '../domain/room.ts';
import { findRoom, roomOf } from './read-room.ts';

export const RoomBan: RoomBanResolvers = {
  /** The banned user is shown only to those who decide bans. */
  __resolveReference: async ({ id }, context) => {
    const { loaders, viewer } = context;
    const ban = viewer && isIdOf('rban', id) ? await loaders.ban.load(id) : null;
    const room = ban ? await findRoom(ban.roomId, context) : null;
    return ban && room && viewer && decidesWhoStays(room, keeperOf(viewer)) ? ban : null;
  },
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  user: ({ userId }) => ({ id: userId }),
  bannedBy: ({ bannedBy }) => ({ id: bannedBy }),
};
