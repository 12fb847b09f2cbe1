import { roomStream } from '@souk/runtime/events';
import type { RoomViewerStateResolvers } from '../__generated__/resolvers.ts';

export const RoomViewerState: RoomViewerStateResolvers = {
  room: (room) => room,
  readUpTo: ({ id, participation: { readEventSequence } }, _, { live }) =>
    readEventSequence === 0 ? null : live.cursorAt(roomStream(id), readEventSequence),
  unreadCount: ({ lastSequence, participation }) =>
    Math.max(0, lastSequence - participation.readMessageSequence),
  firstUnread: async ({ id: roomId, lastSequence, participation }, _, { loaders }) => {
    const sequence = participation.readMessageSequence + 1;
    if (sequence > lastSequence) return null;
    const [message] = await loaders.history({ roomId, low: sequence, high: sequence });
    return message ?? null;
  },
};
