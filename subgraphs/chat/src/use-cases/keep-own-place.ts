import { limitRate } from '@souk/runtime/backplane';
import { badRequest, notFound, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { notAParticipant } from '../domain/errors.ts';
import type { NotifyLevel } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';

export interface RoomPreferencesInput {
  roomId: string;
  notify?: NotifyLevel | null | undefined;
  mutedUntil?: Date | null | undefined;
  starred?: boolean | null | undefined;
}

/**
 * Changes the viewer's private settings for a room; missing fields stay, and a change that changes nothing is
 * not announced.
 */
export async function setRoomPreferences(
  { transaction, reads }: ChatDeps,
  { userId }: Viewer,
  { roomId, notify, mutedUntil, starred }: RoomPreferencesInput,
): Promise<void> {
  await joinedRoom(reads, userId, roomId, ['input', 'roomId']);
  await transaction(async ({ ownPlaces, events }) => {
    const wanted = { mutedUntil, notify: notify ?? undefined, starred: starred ?? undefined };
    const now = await ownPlaces.prefer(roomId, userId, wanted);
    if (!now) throw notAParticipant();
    if (!now.isNews) return;
    const payload = { roomId, userId, notify: now.notify };
    await events.append({
      type: 'chat.RoomPreferencesChanged',
      stream: userStream(userId),
      payload: { ...payload, mutedUntil: now.mutedUntil?.toISOString() ?? null },
    });
  });
}

/** Moves the viewer's marker back to before a message; what others were told stays. */
export async function markRoomUnread(
  { transaction, reads }: ChatDeps,
  { userId }: Viewer,
  { roomId, fromSequence }: { roomId: string; fromSequence: number },
): Promise<void> {
  if (fromSequence < 1) throw badRequest('Sequences start at 1.', ['fromSequence']);
  const room = await joinedRoom(reads, userId, roomId, ['roomId']);
  if (fromSequence > room.lastSequence) throw notFound('Message', ['fromSequence']);
  await transaction(async ({ ownPlaces, events }) => {
    if (!(await ownPlaces.markUnread(roomId, userId, fromSequence))) return;
    const payload = { roomId, userId };
    await events.append({ type: 'chat.RoomMarked', stream: userStream(userId), payload });
  });
}

/** It is a statement over all rooms of a person. */
const ALLOWANCE = { rule: 'chat.read-all', points: 6, perSeconds: 60 };

/** Marks all rooms as read, but not their threads; others are not told, since nothing was looked at. */
export async function markAllRoomsRead(
  { transaction, rateLimit }: ChatDeps,
  { userId }: Viewer,
): Promise<void> {
  await limitRate(rateLimit, userId, ALLOWANCE);
  await transaction(async ({ ownPlaces, events }) => {
    const read = await ownPlaces.readAll(userId);
    await events.appendAll(
      read.map((place) => ({
        type: 'chat.RoomRead' as const,
        stream: userStream(userId),
        payload: { ...place, userId },
      })),
    );
  });
}
