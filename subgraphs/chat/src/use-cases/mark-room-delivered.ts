import { limitRate } from '@souk/runtime/backplane';
import { badRequest, type Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { defaultPresenceSettings, sharesReading } from '../domain/presence.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';

/** Each delivery is sent to everybody in the room, so only small rooms have such events. */
const DELIVERIES_UP_TO_PEOPLE = 20;
const ALLOWANCE = { rule: 'chat.delivered', points: 10, perSeconds: 10 };

/**
 * Records that messages up to this one reached one of the viewer's devices. It is kept only for others, so
 * nothing is stored without an event: in larger rooms, and for people who share no receipts or are invisible.
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
  await transaction(async ({ participants, reading, presence, events }) => {
    const [settings = defaultPresenceSettings(userId)] = await presence.findMany([userId]);
    if (!sharesReading(settings)) return;
    if (await participants.areMoreThan(DELIVERIES_UP_TO_PEOPLE, roomId)) return;
    const moved = await reading.moveDelivered(roomId, userId, deliveredSequence);
    if (!moved || deliveredSequence <= (moved.sharedReadUpTo ?? 0)) return;
    const { readUpTo, sharedReadUpTo, readAt } = moved;
    const place = {
      readUpTo,
      messageSequence: sharedReadUpTo ?? 0,
      readAt: readAt?.toISOString() ?? null,
    };
    const joinedAt = moved.joinedAt.toISOString();
    await events.append({
      type: 'chat.ReadMoved',
      stream: roomStream(roomId),
      payload: { roomId, userId, joinedAt, ...place, deliveredSequence },
    });
  });
}
