import type { ParticipantKey } from './participant-store.ts';

export const participantKey = ({ roomId, userId }: ParticipantKey) => `${roomId} ${userId}`;

export function keyOfParticipant(key: string): ParticipantKey {
  const [roomId = '', userId = ''] = key.split(' ');
  return { roomId, userId };
}

export const draftKey = ({ roomId, rootId }: { roomId: string; rootId: string }) =>
  `${roomId} ${rootId}`;

export function placeOfDraft(key: string): { roomId: string; rootId: string } {
  const [roomId = '', rootId = ''] = key.split(' ');
  return { roomId, rootId };
}
