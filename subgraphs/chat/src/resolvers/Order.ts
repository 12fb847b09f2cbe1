import { isIdOf } from '@souk/runtime/domain';
import type { OrderResolvers } from '../__generated__/resolvers.ts';
import { findRoom } from './read-room.ts';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => (isIdOf('ord', id) ? { id } : null),
  supportRoom: async ({ id }, _, context) => {
    const found = await context.loaders.supportRoom.load(id);
    return found && findRoom(found.roomId, context);
  },
};
