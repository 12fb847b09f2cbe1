import type { RoomParticipantResolvers } from '../__generated__/resolvers.ts';
import { roomStream } from '../domain/room.ts';

export const RoomParticipant: RoomParticipantResolvers = {
  user: ({ userId }) => ({ id: userId }),
  readUpTo: ({ roomId, readEventSequence, sharesReads }, _, { chat }) =>
    sharesReads && readEventSequence > 0
      ? chat.live.cursorAt(roomStream(roomId), readEventSequence)
      : null,
  lastReadAt: ({ lastReadAt, sharesReads }) => (sharesReads ? lastReadAt : null),
};
