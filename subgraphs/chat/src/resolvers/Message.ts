import { isIdOf } from '@souk/runtime/domain';
import type { MessageResolvers } from '../__generated__/resolvers.ts';
import { messageActions } from '../domain/actions.ts';
import { findRoom, roomOf } from './read-room.ts';

export const Message: MessageResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('msg', id) ? loaders.message.load(id) : null,
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  author: ({ authorId }) => (authorId === null ? null : { id: authorId }),
  viewerCan: async ({ roomId }, _, context) => {
    const room = await findRoom(roomId, context);
    return room ? messageActions(room) : [];
  },
  replyTo: ({ replyToId }, _, { loaders }) =>
    replyToId === null ? null : loaders.message.load(replyToId),
};
