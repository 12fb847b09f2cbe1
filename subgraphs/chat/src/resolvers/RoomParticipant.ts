import type { RoomParticipantResolvers } from '../__generated__/resolvers.ts';
import { roomStream } from '../domain/room.ts';

export const RoomParticipant: RoomParticipantResolvers = {
  user: ({ userId }) => ({ id: userId }),
  readUpTo: ({ roomId, sharedReadSequence, showsReading }, _, { chat }) =>
    showsReading && sharedReadSequence > 0
      ? chat.live.cursorAt(roomStream(roomId), sharedReadSequence)
      : null,
  lastReadAt: ({ sharedReadAt, showsReading }) => (showsReading ? sharedReadAt : null),
};
