import { rateLimited, type Viewer } from '@souk/runtime/domain';
import { sharesTyping } from '../domain/presence.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';

/** Typing is signalled at most this often; a user who types on is shown as typing until the signal expires. */
const ALLOWANCE = { rule: 'chat.typing', points: 20, perSeconds: 10 };

/** Seconds within which clients say it again, for as long as somebody writes: well before it expires. */
export const TYPING_WITHIN_SECONDS = 4;

/** Tells the others in a room, unless the viewer does not share it. */
export async function setTyping(
  { reads, rateLimit, typing }: ChatDeps,
  { userId }: Viewer,
  { roomId, on }: { roomId: string; on: boolean },
): Promise<void> {
  await joinedRoom(reads, userId, roomId, ['roomId']);
  const [settings] = await reads.presence.findMany([userId]);
  if (!settings || !sharesTyping(settings)) return;
  const { allowed, retryAfterSeconds } = await rateLimit.consume(`${roomId}:${userId}`, ALLOWANCE);
  if (!allowed) throw rateLimited(retryAfterSeconds);
  await typing.tell(roomId, { userId, on });
}
