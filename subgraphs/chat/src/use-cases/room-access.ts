import { checkEach, isIdOf, notFound } from '@souk/runtime/domain';
import { assertInside, type Participation, type Room } from '../domain/room.ts';
import type { RoomToSayIn } from '../persistence/room-store.ts';
import type { Stores } from '../persistence/stores.ts';

async function findSeen(
  { rooms }: Pick<Stores, 'rooms'>,
  viewerId: string,
  roomId: string,
): Promise<Room | undefined> {
  const [room] = isIdOf('room', roomId) ? await rooms.findVisible([roomId], viewerId) : [];
  return room;
}

/** The room as the viewer sees it; a room they may not see does not exist for them. */
export async function visibleRoom(
  stores: Pick<Stores, 'rooms'>,
  viewerId: string,
  roomId: string,
  path: readonly string[],
): Promise<Room> {
  const room = await findSeen(stores, viewerId, roomId);
  if (!room) throw notFound('Room', path);
  return room;
}

/**
 * Asks again whether something may be done in a room, once the event of it has its place: before, it may have waited
 * for the room's stream behind the closing of the room. The stream is locked now, which closing the room locks too, so
 * nothing comes after the event by which it was closed.
 */
export async function assertStillMay(
  stores: Pick<Stores, 'rooms'>,
  viewerId: string,
  { roomId, path }: { roomId: string; path: readonly string[] },
  assertMay: (room: Room) => void,
): Promise<void> {
  assertMay(await visibleRoom(stores, viewerId, roomId, path));
}

/** The picture of a room, if the viewer sees the room. */
export const avatarShown = async (
  stores: Pick<Stores, 'rooms'>,
  viewerId: string,
  roomId: string,
): Promise<string | null | undefined> => (await findSeen(stores, viewerId, roomId))?.avatarMediaId;

/** The room, for actions that only its participants may do; `NOT_FOUND` when the viewer does not see it. */
export async function joinedRoom(
  stores: Pick<Stores, 'rooms'>,
  viewerId: string,
  roomId: string,
  path: readonly string[],
): Promise<Room & { participation: Participation }> {
  const room = await visibleRoom(stores, viewerId, roomId, path);
  assertInside(room);
  return room;
}

/** The same for a viewer who is about to post. */
export async function roomToSayIn(
  { rooms }: Pick<Stores, 'rooms'>,
  viewerId: string,
  { roomId, clientMessageId }: { roomId: string; clientMessageId: string },
  path: readonly string[],
): Promise<RoomToSayIn> {
  const found = isIdOf('room', roomId)
    ? await rooms.findWithSent(roomId, viewerId, clientMessageId)
    : null;
  if (!found) throw notFound('Room', path);
  assertInside(found.room);
  return found;
}

/**
 * Throws for each of these people whom chat does not know. The path is that of the one person, or of the list
 * in which they were given.
 */
export async function assertKnownPeople(
  { users }: Pick<Stores, 'users'>,
  userIds: readonly string[],
  path: readonly string[],
  asked?: readonly string[],
): Promise<void> {
  const known = new Set((await users.findMany(userIds)).map(({ id }) => id));
  checkEach(
    userIds.filter((id) => !known.has(id)),
    (id) => {
      throw notFound('User', asked ? [...path, asked.indexOf(id)] : path);
    },
  );
}
