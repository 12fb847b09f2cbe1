import type { Viewer } from '@souk/runtime/domain';
import { sharesTyping } from '../domain/presence.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';

/** Writing is told at most this often; whoever types on is told as typing until it expires. */
const ALLOWANCE = { rule: 'chat.typing', points: 20, perSeconds: 10 };

/** Resolves to whether the others were told. */
export async function setTyping(
  { reads, rateLimit, typing }: ChatDeps,
  { userId }: Viewer,
  { roomId, on }: { roomId: string; on: boolean },
): Promise<boolean> {
  await joinedRoom(reads, userId, roomId, ['roomId']);
  const [settings] = await reads.presence.findMany([userId]);
  if (!settings || !sharesTyping(settings)) return false;
  const { allowed } = await rateLimit.consume(`${roomId}:${userId}`, ALLOWANCE);
  if (!allowed) return false;
  return typing.tell(roomId, { userId, on });
}
