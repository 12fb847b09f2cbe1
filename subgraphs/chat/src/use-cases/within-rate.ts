import { limitRate } from '@souk/runtime/backplane';
import type { ChatDeps } from './deps.ts';

/**
 * Actions that are sent to everybody in a room, or to all of somebody's devices: each is counted separately.
 */
export type TalkRule = 'chat.send' | 'chat.edit' | 'chat.react' | 'chat.pin' | 'chat.draft';

/** Throws `RATE_LIMITED` when somebody did more of it in a room than the window allows. */
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
