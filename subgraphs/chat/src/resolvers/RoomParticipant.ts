import { roomStream } from '@souk/runtime/events';
import type { RoomParticipantResolvers } from '../__generated__/resolvers.ts';

export const RoomParticipant: RoomParticipantResolvers = {
  user: ({ userId }) => ({ id: userId }),
  readUpTo: ({ roomId, sharedReadSequence, showsReading }, _, { live }) =>
    showsReading && sharedReadSequence > 0
      ? live.cursorAt(roomStream(roomId), sharedReadSequence)
      : null,
  lastReadAt: ({ sharedReadAt, showsReading }) => (showsReading ? sharedReadAt : null),
};
