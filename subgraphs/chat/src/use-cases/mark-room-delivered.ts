import { limitRate } from '@souk/runtime/backplane';
import { badRequest, type Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { defaultPresenceSettings, sharesReading } from '../domain/presence.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';

/** Each delivery is sent to all in the room, so there are such events in small rooms alone. */
const DELIVERIES_UP_TO_PEOPLE = 20;
const ALLOWANCE = { rule: 'chat.delivered', points: 10, perSeconds: 10 };

/**
 * Says that what was said up to a message came to one of the viewer's devices. Kept only for others, so nothing is
 * where there is no event: in larger rooms, and of who shares no receipts or is invisible.
 */
export async function markRoomDelivered(
  { transaction, reads, rateLimit }: ChatDeps,
  { userId }: Viewer,
  { roomId, upToSequence }: { roomId: string; upToSequence: number },
): Promise<void> {
  if (upToSequence < 0) throw badRequest('Sequences are not negative.', ['upToSequence']);
  const room = await joinedRoom(reads, userId, roomId, ['roomId']);
  await limitRate(rateLimit, `${roomId}:${userId}`, ALLOWANCE);
  const deliveredSequence = Math.min(upToSequence, room.lastSequence);
  await transaction(async ({ participants, presence, events }) => {
    const [settings = defaultPresenceSettings(userId)] = await presence.findMany([userId]);
    if (!sharesReading(settings)) return;
    if (await participants.areMoreThan(DELIVERIES_UP_TO_PEOPLE, roomId)) return;
    const moved = await participants.moveDelivered(roomId, userId, deliveredSequence);
    if (!moved || deliveredSequence <= (moved.sharedReadUpTo ?? 0)) return;
    const { readUpTo, sharedReadUpTo, readAt } = moved;
    const reading = {
      readUpTo,
      messageSequence: sharedReadUpTo ?? 0,
      readAt: readAt?.toISOString() ?? null,
    };
    const joinedAt = moved.joinedAt.toISOString();
    await events.append({
      type: 'chat.ReadMoved',
      stream: roomStream(roomId),
      payload: { roomId, userId, joinedAt, ...reading, deliveredSequence },
    });
  });
}
