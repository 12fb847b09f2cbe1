import { limitRate } from '@souk/runtime/backplane';
import { DomainError, notFound, type Viewer } from '@souk/runtime/domain';
import { sharesTyping } from '../domain/presence.ts';
import { assertMayType, keeperOf, type Room } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';
import { mostMessagesIn } from './set-blocked.ts';
import { joinedThread } from './thread-access.ts';

/**
 * Typing is signalled at most this often; a user who keeps typing is shown as typing until the signal
 * expires.
 */
const ALLOWANCE = { rule: 'chat.typing', points: 20, perSeconds: 10 };

/** Interval in seconds for clients to repeat it while somebody types: well before it expires. */
export const TYPING_WITHIN_SECONDS = 4;

export interface TypingIn {
  roomId: string;
  /** The thread in which they type; null for the room itself. */
  threadId?: string | null | undefined;
  on: boolean;
}

/** Tells the others in a room, unless the viewer does not share it. */
export async function setTyping(
  { reads, rateLimit, typing, clock }: ChatDeps,
  viewer: Viewer,
  { roomId, threadId = null, on }: TypingIn,
): Promise<void> {
  const { userId } = viewer;
  const room = await joinedRoom(reads, userId, roomId, ['roomId']);
  const mayNot = await obstacleTo({ reads, clock }, viewer, room);
  // Whoever stops is not told of it, but nothing is told of them either: what was shown expires by itself.
  if (mayNot && on) throw mayNot;
  if (threadId !== null) {
    const thread = await joinedThread(reads, userId, threadId);
    if (thread.roomId !== roomId) throw notFound('Thread', ['threadId']);
  }
  if (mayNot) return;
  const [settings] = await reads.presence.findMany([userId]);
  if (!settings || !sharesTyping(settings)) return;
  await limitRate(rateLimit, `${roomId}:${userId}`, ALLOWANCE);
  await typing.publish(roomId, { userId, threadId, on });
}

/** Why the viewer may not post in the room now; null when they may. */
async function obstacleTo(
  { reads, clock }: Pick<ChatDeps, 'reads' | 'clock'>,
  viewer: Viewer,
  room: Room,
): Promise<DomainError | null> {
  try {
    assertMayType(room, keeperOf(viewer), clock());
    await mostMessagesIn(reads, room, viewer.userId, ['roomId']);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
