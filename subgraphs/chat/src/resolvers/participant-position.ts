import type { Participant } from '../domain/room.ts';
import type { ParticipantPosition } from '../persistence/participant-store.ts';

/** Where somebody stands among those who are in a room. */
export const participantPosition = ({ joinedAt, userId }: Participant): ParticipantPosition => [
  joinedAt.toISOString(),
  userId,
];
