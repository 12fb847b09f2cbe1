import { limitRate } from '@souk/runtime/backplane';
import type { GroupsDeps } from './deps.ts';

/** Lookups of invitations that do not exist for the viewer: a mistyped code, or a guess. */
const GUESSES = { rule: 'groups.invite-guess', points: 30, perSeconds: 60 };

/** Counts a failed lookup of an invitation, and throws `RATE_LIMITED` after too many. */
export async function countGuess(
  { rateLimit }: Pick<GroupsDeps, 'rateLimit'>,
  userId: string,
): Promise<void> {
  await limitRate(rateLimit, userId, GUESSES);
}
