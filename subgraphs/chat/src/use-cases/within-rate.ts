import { limitRate } from '@souk/runtime/backplane';
import type { ChatDeps } from './deps.ts';

/** What all in a room are sent, or all of somebody's devices: each of it counts for itself. */
export type TalkRule = 'chat.send' | 'chat.edit' | 'chat.react' | 'chat.pin' | 'chat.draft';

/** Throws `RATE_LIMITED` when somebody did more of it in a room than the window has room for. */
export async function assertWithinRate(
  { rateLimit, config }: Pick<ChatDeps, 'rateLimit' | 'config'>,
  rule: TalkRule,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<void> {
  await limitRate(rateLimit, `${roomId}:${userId}`, {
    rule,
    points: config.messagesPerWindow,
    perSeconds: config.messageWindowSeconds,
  });
}
