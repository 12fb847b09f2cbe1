import { badInput, isIdOf } from '@souk/runtime';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { findRoom } from './read-room.ts';
import { roomList } from './room-list.ts';

/** Longer texts are no search any more. */
const MAX_QUERY_LENGTH = 200;

export const Query: QueryResolvers = {
  room: (_, { id }, context) => findRoom(id, context),
  message: (_, { id }, { loaders }) => (isIdOf('msg', id) ? loaders.message.load(id) : null),
  publicRooms: (_, { query, first, after }, context) => {
    const text = query?.trim() || null;
    if (text !== null && text.length > MAX_QUERY_LENGTH) {
      throw badInput(`The text is longer than ${MAX_QUERY_LENGTH} characters.`, ['query']);
    }
    const { roomLists } = context.chat.reads;
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
