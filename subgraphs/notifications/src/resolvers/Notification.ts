import { isIdOf } from '@souk/runtime/domain';
import type { NotificationResolvers } from '../__generated__/resolvers.ts';
import { messageTitle } from '../domain/notification.ts';

export const Notification: NotificationResolvers = {
  /** The loader knows the viewer's own alone. */
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('ntf', id) ? loaders.notification.load(id) : null,
  title: async ({ title, actorId, roomId }, _, { loaders }) => {
    if (title !== null) return title;
    const [actor, room] = await Promise.all([
      actorId === null ? null : loaders.person.load(actorId),
      roomId === null ? null : loaders.room.load(roomId),
    ]);
    return messageTitle(actor?.displayName ?? null, room?.name ?? null);
  },
  actor: ({ actorId }) => (actorId === null ? null : { id: actorId }),
  target: ({ roomId, messageId, orderId }) => {
    if (roomId !== null) {
      const message = messageId === null ? null : { id: messageId };
      return { __typename: 'RoomTarget', room: { id: roomId }, message };
    }
    return orderId === null ? null : { __typename: 'OrderTarget', order: { id: orderId } };
  },
  deliveries: ({ id }, _, { loaders }) => loaders.deliveriesOf.load(id),
};
