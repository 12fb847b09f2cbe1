import { roomStream, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

type Tools = Pick<Stores, 'participants'> & TransactionTools;

/** Brings people in and tells of those who were not there before; resolves to them. */
export async function bringIn(
  { participants, events }: Tools,
  roomId: string,
  userIds: readonly string[],
  at: Date,
): Promise<string[]> {
  const joined = await participants.add(roomId, userIds, at);
  if (joined.length === 0) return joined;
  await events.append({
    type: 'chat.ParticipantsChanged',
    stream: roomStream(roomId),
    payload: { roomId, joined, left: [] },
  });
  return joined;
}

/** Takes people out and tells of those who were there; the event ends their open streams. */
export async function takeOut(
  { participants, events }: Tools,
  roomId: string,
  userIds: readonly string[],
): Promise<void> {
  const left = await participants.remove(roomId, userIds);
  if (left.length === 0) return;
  await events.append({
    type: 'chat.ParticipantsChanged',
    stream: roomStream(roomId),
    payload: { roomId, joined: [], left },
  });
}
