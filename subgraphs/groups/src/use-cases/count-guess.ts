import { limitRate } from '@souk/runtime/backplane';
import type { GroupsDeps } from './deps.ts';

/** Invitations that somebody asks for and that are none of theirs: a code mistyped, or tried. */
const GUESSES = { rule: 'groups.invite-guess', points: 30, perSeconds: 60 };

/** Counts a look-up of an invitation that found nothing, and throws `RATE_LIMITED` after too many. */
export async function countGuess(
  { rateLimit }: Pick<GroupsDeps, 'rateLimit'>,
  userId: string,
): Promise<void> {
  await limitRate(rateLimit, userId, GUESSES);
}
