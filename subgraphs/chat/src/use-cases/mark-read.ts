import type { Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { defaultPresenceSettings, sharesReading } from '../domain/presence.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';
import { tellOwnReading } from './tell-own-reading.ts';

/** In larger rooms nobody watches who has read what, and every reader would tell every other. */
const RECEIPTS_UP_TO_PEOPLE = 100;

/** Moves the viewer's marker to a place in the room's stream, unless it is further already. */
export async function markRead(
  { transaction, reads, live, clock }: ChatDeps,
  { userId }: Viewer,
  { roomId, upTo }: { roomId: string; upTo: string },
): Promise<void> {
  const room = await joinedRoom(reads, userId, roomId, ['roomId']);
  const stream = roomStream(roomId);
  const eventSequence = Math.min(live.sequenceOf(stream, upTo, ['upTo']), room.head);
  if (eventSequence <= room.participation.readEventSequence) return;
  await transaction(async ({ participants, messages, presence, events }) => {
    const messageSequence = await messages.sequenceAt(roomId, eventSequence);
    const at = clock();
    const [settings = defaultPresenceSettings(userId)] = await presence.findMany([userId]);
    const isShared = sharesReading(settings);
    const marker = { messageSequence, eventSequence, at, isShared };
    const moved = await participants.moveRead(roomId, userId, marker);
    if (!moved) return;
    if (isShared && !(await participants.areMoreThan(RECEIPTS_UP_TO_PEOPLE, roomId))) {
      const joinedAt = moved.joinedAt.toISOString();
      await events.append({
        type: 'chat.ReadMoved',
        stream,
        payload: { roomId, userId, joinedAt, readUpTo: eventSequence, messageSequence },
      });
    }
    if (messageSequence <= room.participation.readMessageSequence) return;
    // Streams are locked in one order everywhere: a room's before a person's.
    await tellOwnReading({ events }, { roomId, userId, readUpTo: eventSequence });
  });
}
