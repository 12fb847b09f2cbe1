import type { Participant } from '../domain/room.ts';
import type { ParticipantPosition } from '../persistence/participant-rows.ts';

/** Somebody's position among the participants of a room. */
export const participantPosition = ({ joinedAt, userId }: Participant): ParticipantPosition => [
  joinedAt.toISOString(),
  userId,
];
