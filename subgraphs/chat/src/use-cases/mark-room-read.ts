import { badRequest, notFound, type Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { defaultPresenceSettings, sharesReading } from '../domain/presence.ts';
import { RECEIPTS_UP_TO_PEOPLE } from '../domain/room.ts';
import { announceOwnReading } from './announce-own-reading.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';

/** Moves the viewer's marker to a message of the room, unless it is further already. */
export async function markRoomRead(
  { transaction, reads, clock }: ChatDeps,
  { userId }: Viewer,
  { roomId, upToSequence }: { roomId: string; upToSequence: number },
): Promise<void> {
  if (upToSequence < 0) throw badRequest('Sequences are not negative.', ['upToSequence']);
  const room = await joinedRoom(reads, userId, roomId, ['roomId']);
  const messageSequence = Math.min(upToSequence, room.lastSequence);
  if (messageSequence <= room.participation.readUpTo) return;
  await transaction(async ({ participants, reading, messages, presence, events }) => {
    const eventSequence = await messages.eventSequenceOf(roomId, messageSequence);
    if (eventSequence === null) throw notFound('Message', ['upToSequence']);
    const at = clock();
    const [settings = defaultPresenceSettings(userId)] = await presence.findMany([userId]);
    const isShared = sharesReading(settings);
    const marker = { messageSequence, eventSequence, at, isShared };
    const moved = await reading.moveRead(roomId, userId, marker);
    if (!moved) return;
    if (moved.isNews && !(await participants.areMoreThan(RECEIPTS_UP_TO_PEOPLE, roomId))) {
      const joinedAt = moved.joinedAt.toISOString();
      await events.append({
        type: 'chat.ReadMoved',
        stream: roomStream(roomId),
        payload: {
          roomId,
          userId,
          joinedAt,
          readUpTo: eventSequence,
          messageSequence,
          deliveredSequence: messageSequence,
          readAt: at.toISOString(),
        },
      });
    }
    // Streams are locked in one order everywhere: a room's before a person's.
    await announceOwnReading({ events }, { roomId, userId, readUpTo: eventSequence });
  });
}
