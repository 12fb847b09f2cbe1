import { isIdOf } from '@souk/runtime/domain';
import type { MessageResolvers } from '../__generated__/resolvers.ts';
import { roomOf } from './read-room.ts';

export const Message: MessageResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('msg', id) ? loaders.message.load(id) : null,
  room: ({ roomId }, _, context, info) => roomOf(roomId, context, info),
  author: ({ authorId }) => (authorId === null ? null : { id: authorId }),
  replyTo: ({ replyToId }, _, { loaders }) =>
    replyToId === null ? null : loaders.message.load(replyToId),
};
