import { isIdOf } from '@souk/runtime/domain';
import type { OrderResolvers, SellerOrderResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { findRoom } from './read-room.ts';

async function supportRoomOf({ id }: { id: string }, context: Context) {
  const found = await context.loaders.supportRoom.load(id);
  return found && findRoom(found.roomId, context);
}

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => (isIdOf('ord', id) ? { id } : null),
  supportRoom: (order, _, context) => supportRoomOf(order, context),
};

export const SellerOrder: SellerOrderResolvers = {
  __resolveReference: ({ id }) => (isIdOf('sor', id) ? { id } : null),
  supportRoom: (part, _, context) => supportRoomOf(part, context),
};
