import type { RecordedEvent } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { Room } from '../domain/room.ts';
import { findRoom } from './read-room.ts';

export type RoomStateChanged = StreamPlace & { __typename: 'RoomStateChanged'; room: Room };

/** An event of the viewer's own doings in rooms; null for what clients are not told. */
export async function ownEvent(
  { type, payload }: RecordedEvent,
  place: StreamPlace,
  context: Context,
): Promise<RoomStateChanged | null> {
  if (type !== 'chat.RoomRead') return null;
  const room = await findRoom(payload.roomId, context);
  // Who is no longer in the room has no state of theirs in it.
  return room?.participation ? { __typename: 'RoomStateChanged', ...place, room } : null;
}
