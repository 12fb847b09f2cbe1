import { roomStream, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import { announceToInboxes } from './announce-to-inboxes.ts';
import { withdrawRequestsBy } from './ask-strangers.ts';

type Tools = Pick<Stores, 'participants' | 'requests'> & TransactionTools;

/** Brings people into rooms and tells of those who were not there before; resolves to all of them. */
export async function bringIn(
  tools: Tools,
  roomIds: readonly string[],
  userIds: readonly string[],
  at: Date,
): Promise<string[]> {
  const changes: Change[] = [];
  for (const roomId of roomIds) {
    const joined = await tools.participants.add(roomId, userIds, at);
    // Whoever comes in, by whatever way, is asked no more.
    if (joined.length > 0) await tools.requests.settle(roomId, joined);
    if (joined.length > 0) changes.push({ roomId, joined, left: [], banned: [] });
  }
  const recorded = await announceChanges(tools, changes, 'chat.RoomAdded');
  await tools.participants.begin(
    recorded.map(({ sequence, payload: { roomId, joined } }) => ({
      ...{ roomId, sequence, userIds: joined },
    })),
  );
  return [...new Set(changes.flatMap(({ joined }) => joined))];
}

/** Takes people out and tells of those who were there; the event ends their open streams. */
export async function takeOut(
  tools: Tools,
  roomIds: readonly string[],
  userIds: readonly string[],
  { areBanned = false } = {},
): Promise<void> {
  const changes: Change[] = [];
  for (const roomId of roomIds) {
    const left = await tools.participants.remove(roomId, userIds);
    const banned = areBanned ? left : [];
    if (left.length > 0) changes.push({ roomId, joined: [], left, banned });
  }
  await announceChanges(tools, changes, 'chat.RoomRemoved');
  // Nobody asks into a room in which they are no more.
  for (const { roomId, left } of changes) await withdrawRequestsBy(tools, roomId, left);
}

interface Change {
  roomId: string;
  joined: string[];
  left: string[];
  banned: string[];
}

/** First in the rooms, all of them, then in the streams of the people. */
async function announceChanges(
  { events }: Tools,
  changes: readonly Change[],
  type: 'chat.RoomAdded' | 'chat.RoomRemoved',
): Promise<{ sequence: number; payload: Change }[]> {
  const recorded = await events.appendAll(
    changes.map((payload) => ({
      type: 'chat.ParticipantsChanged' as const,
      stream: roomStream(payload.roomId),
      payload,
    })),
  );
  await announceToInboxes(
    { events },
    type,
    recorded.map(({ sequence, payload: { roomId, joined, left } }) => ({
      ...{ roomId, sequence },
      userIds: [...joined, ...left],
    })),
  );
  return recorded;
}
