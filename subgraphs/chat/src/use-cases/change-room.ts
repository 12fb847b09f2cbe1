import type { Viewer } from '@souk/runtime/domain';
import { assertOwnAvatar, roomStream, type TransactionTools } from '@souk/runtime/events';
import { assertMayArchive, assertMayEditRoom } from '../domain/keepers.ts';
import { keeperOf, type Room } from '../domain/room.ts';
import { changedRoom, type RoomChanges } from '../domain/room-changes.ts';
import type { Stores } from '../persistence/stores.ts';
import { countUse } from './count-use.ts';
import type { ChatDeps } from './deps.ts';
import { postSystemMessage } from './post-system-message.ts';
import { avatarShown, visibleRoom } from './room-access.ts';

export interface UpdateRoomInput extends RoomChanges {
  id: string;
  expectedVersion?: number | null | undefined;
}

/** Changes the settings of a room; a change that changes nothing has no effect. */
export async function updateRoom(
  deps: ChatDeps,
  viewer: Viewer,
  { id, expectedVersion = null, ...changes }: UpdateRoomInput,
): Promise<void> {
  const { transaction, reads, clock } = deps;
  const { userId } = viewer;
  await assertOwnAvatar({ media: reads.media, clock }, userId, changes.avatarMediaId, () =>
    avatarShown(reads, userId, id),
  );
  await transaction(async (stores) => {
    const room = await lockedRoom(stores, userId, id, ['input', 'id']);
    assertMayEditRoom(room, keeperOf(viewer), clock());
    const { settings, changed } = changedRoom(room, changes, expectedVersion);
    if (changed.length === 0) return;
    await stores.rooms.change(id, settings);
    await postSystemMessage(stores, id, { change: 'UPDATED', byId: userId, changed }, clock());
    await announceRoom(stores, { ...room, ...settings }, changed);
    await countUse(deps, stores, userId, { rule: 'changes' });
  });
}

/**
 * Closes a room permanently: it stays readable, but nothing can be posted there any more. Closing it again
 * has no effect.
 */
export const archiveRoom = (
  { transaction, clock }: ChatDeps,
  viewer: Viewer,
  roomId: string,
): Promise<void> =>
  transaction(async (stores) => {
    const { userId } = viewer;
    const room = await lockedRoom(stores, userId, roomId, ['roomId']);
    assertMayArchive(room, keeperOf(viewer));
    if (room.archivedAt !== null) return;
    await postSystemMessage(stores, roomId, { change: 'ARCHIVED', byId: userId }, clock());
    await stores.rooms.archive(roomId, clock());
    await announceRoom(stores, room, ['archivedAt']);
  });

/** Read first, so that nobody waits for the lock of a room that they may not see. */
async function lockedRoom(
  { rooms }: Pick<Stores, 'rooms'>,
  viewerId: string,
  roomId: string,
  path: readonly string[],
): Promise<Room> {
  await visibleRoom({ rooms }, viewerId, roomId, path);
  await rooms.lock(roomId);
  return visibleRoom({ rooms }, viewerId, roomId, path);
}

/** Records what was changed in a room, for all who are in it. */
export async function announceRoom(
  { events }: Pick<TransactionTools, 'events'>,
  { id: roomId, kind, name, groupId }: Pick<Room, 'id' | 'kind' | 'name' | 'groupId'>,
  changed: string[],
): Promise<void> {
  const payload = { roomId, kind, name, groupId, changed };
  await events.append({ type: 'chat.RoomUpdated', stream: roomStream(roomId), payload });
}
