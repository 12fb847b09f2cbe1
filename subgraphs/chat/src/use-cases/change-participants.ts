import { roomStream, type TransactionTools } from '@souk/runtime/events';
import type { Telling } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceToInboxes } from './announce-to-inboxes.ts';
import { withdrawRequestsBy } from './ask-strangers.ts';
import { postSystemMessage } from './post-system-message.ts';

type Tools = Pick<Stores, 'participants' | 'requests' | 'rooms' | 'systemMessages'> &
  TransactionTools;

/** Adds people to rooms and announces those who were not there before; resolves to all of them. */
export async function bringIn(
  tools: Tools,
  roomIds: readonly string[],
  userIds: readonly string[],
  at: Date,
  telling: Telling = null,
): Promise<string[]> {
  const changes: Change[] = [];
  for (const roomId of roomIds) {
    const joined = await tools.participants.add(roomId, userIds, at);
    // Pending requests to people who come in are settled.
    if (joined.length > 0) await tools.requests.settle(roomId, joined);
    if (joined.length > 0) changes.push({ roomId, joined, left: [], banned: [] });
  }
  const recorded = await recordChanges(tools, changes, telling);
  await tools.participants.begin(
    recorded.map(({ sequence, payload: { roomId, joined } }) => ({
      ...{ roomId, sequence, userIds: joined },
    })),
  );
  // After they have been added: their own coming is the first thing they see.
  await tell(tools, changes, 'JOINED', telling);
  await announce(tools, recorded, 'chat.RoomAdded');
  return [...new Set(changes.flatMap(({ joined }) => joined))];
}

/** Removes people and announces those who were there; the event ends their open streams. */
export async function takeOut(
  tools: Tools,
  roomIds: readonly string[],
  userIds: readonly string[],
  { areBanned = false, telling = null }: { areBanned?: boolean; telling?: Telling } = {},
): Promise<void> {
  const changes: Change[] = [];
  for (const roomId of roomIds) {
    const left = await tools.participants.remove(roomId, userIds);
    const banned = areBanned ? left : [];
    if (left.length > 0) changes.push({ roomId, joined: [], left, banned });
  }
  const recorded = await recordChanges(tools, changes, telling);
  await tell(tools, changes, 'LEFT', telling);
  await announce(tools, recorded, 'chat.RoomRemoved');
  // People who left can no longer ask others into the room.
  for (const { roomId, left } of changes) await withdrawRequestsBy(tools, roomId, left);
}

interface Change {
  roomId: string;
  joined: string[];
  left: string[];
  banned: string[];
}

type Recorded = { sequence: number; payload: Change }[];

/** In all of the rooms. A room that announces it is locked before its stream, as when somebody posts. */
async function recordChanges(
  { rooms, events }: Tools,
  changes: readonly Change[],
  telling: Telling,
): Promise<Recorded> {
  for (const { roomId } of telling ? changes : []) await rooms.lock(roomId);
  return events.appendAll(
    changes.map((payload) => ({
      type: 'chat.ParticipantsChanged' as const,
      stream: roomStream(payload.roomId),
      payload,
    })),
  );
}

async function tell(
  tools: Tools,
  changes: readonly Change[],
  change: 'JOINED' | 'LEFT',
  telling: Telling,
): Promise<void> {
  if (telling === null) return;
  const { byId, at } = telling;
  for (const { roomId, joined, left } of changes) {
    const news = { change, byId, peopleIds: [...joined, ...left] };
    await postSystemMessage(tools, roomId, news, at);
  }
}

/** Then in the streams of the people. */
const announce = (
  { events }: Tools,
  recorded: Recorded,
  type: 'chat.RoomAdded' | 'chat.RoomRemoved',
): Promise<void> =>
  announceToInboxes(
    { events },
    type,
    recorded.map(({ sequence, payload: { roomId, joined, left } }) => ({
      ...{ roomId, sequence },
      userIds: [...joined, ...left],
    })),
  );
