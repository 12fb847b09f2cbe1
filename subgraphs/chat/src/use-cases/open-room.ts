import { roomStream, type TransactionTools } from '@souk/runtime/events';
import type { NewRoom } from '../persistence/room-store.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceToInboxes } from './announce-to-inboxes.ts';

/** Creates a room with its first people and its event; false when it exists already. */
export async function openRoom(
  { rooms, participants, events }: Pick<Stores, 'rooms' | 'participants'> & TransactionTools,
  room: NewRoom,
  participantIds: readonly string[],
): Promise<boolean> {
  if (!(await rooms.add(room))) return false;
  const { id: roomId, kind, name, groupId, createdAt } = room;
  await participants.add(roomId, participantIds, createdAt);
  const { sequence } = await events.append({
    type: 'chat.RoomCreated',
    stream: roomStream(roomId),
    payload: { roomId, kind, name, groupId, participantIds: [...participantIds] },
  });
  await announceToInboxes({ events }, 'chat.RoomAdded', [
    { roomId, userIds: participantIds, sequence },
  ]);
  return true;
}
