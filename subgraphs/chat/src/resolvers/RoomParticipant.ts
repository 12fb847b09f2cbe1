import { pairId, pairOf } from '@souk/runtime/domain';
import type { RoomParticipantResolvers } from '../__generated__/resolvers.ts';
import { participantKey } from '../persistence/loader-keys.ts';
import { findRoom } from './read-room.ts';

export const RoomParticipant: RoomParticipantResolvers = {
  /** Participants of a room are as visible as the room. */
  __resolveReference: async ({ id }, context) => {
    const [roomId, userId] = pairOf('rpt', id, ['room', 'usr']) ?? [];
    if (!roomId || !userId || !(await findRoom(roomId, context))) return null;
    return context.loaders.participant.load(participantKey({ roomId, userId }));
  },
  id: ({ roomId, userId }) => pairId('rpt', roomId, userId),
  user: ({ userId }) => ({ id: userId }),
  readUpToSequence: ({ sharedReadUpTo, showsReading }) => (showsReading ? sharedReadUpTo : null),
  deliveredUpToSequence: ({ sharedReadUpTo, deliveredUpTo, showsReading }) => {
    const delivered = Math.max(deliveredUpTo, sharedReadUpTo ?? 0);
    return showsReading && delivered > 0 ? delivered : null;
  },
  lastReadAt: ({ sharedReadAt, showsReading }) => (showsReading ? sharedReadAt : null),
};
