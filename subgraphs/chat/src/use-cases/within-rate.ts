import { type Allowance, limitRate } from '@souk/runtime/backplane';
import type { ChatDeps } from './deps.ts';

/**
 * Actions that are sent to everybody in a room, or to all of somebody's devices: each is counted separately.
 */
export type TalkRule = 'chat.send' | 'chat.edit' | 'chat.react' | 'chat.pin' | 'chat.draft';

interface Speaker {
  roomId: string;
  userId: string;
}

const keyOf = ({ roomId, userId }: Speaker) => `${roomId}:${userId}`;
const allowanceOf = ({ config }: Pick<ChatDeps, 'config'>, rule: TalkRule): Allowance => ({
  rule,
  points: config.messagesPerWindow,
  perSeconds: config.messageWindowSeconds,
});

/** Throws `RATE_LIMITED` when somebody did more of it in a room than the window allows. */
export async function assertWithinRate(
  deps: Pick<ChatDeps, 'rateLimit' | 'config'>,
  rule: TalkRule,
  speaker: Speaker,
): Promise<void> {
  await limitRate(deps.rateLimit, keyOf(speaker), allowanceOf(deps, rule));
}

/** Counts it, and whether the window allowed it. */
export async function isWithinRate(
  deps: Pick<ChatDeps, 'rateLimit' | 'config'>,
  rule: TalkRule,
  speaker: Speaker,
): Promise<boolean> {
  return (await deps.rateLimit.consume(keyOf(speaker), allowanceOf(deps, rule))).allowed;
}

/** It turned out to be something that had been counted before. */
export const giveRateBack = (
  deps: Pick<ChatDeps, 'rateLimit' | 'config'>,
  rule: TalkRule,
  speaker: Speaker,
): Promise<void> => deps.rateLimit.giveBack(keyOf(speaker), allowanceOf(deps, rule));
