import type { Cache } from '../backplane/backplane.ts';
import { restAfterFailure } from '../backplane/rest-after-failure.ts';
import { unlessAway } from '../backplane/when-away.ts';
import { createExpiringMap } from '../process/expiring-map.ts';
import { INTERNAL_TOKEN_TTL_SECONDS } from './internal-identity.ts';

/** Resolves to false when a token with this id was used before. */
export type IsFirstUse = (tokenId: string) => Promise<boolean>;

/** Longer than any token is accepted, including the tolerance for clocks. */
const REMEMBERED_SECONDS = 2 * INTERNAL_TOKEN_TTL_SECONDS;

/**
 * Remembers the tokens of mutations, so that a captured one cannot be used again. Each process remembers for
 * itself; Redis tells it what the others have seen. While Redis is away the memory of the process decides
 * alone: a validly signed request is accepted all the same (decision 0006).
 */
export function createReplayGuard(
  shared: Pick<Cache, 'claimOnce'>,
  now: () => number = Date.now,
): IsFirstUse {
  const seen = createExpiringMap<true>({ now });
  const rest = restAfterFailure(now);
  return async (tokenId) => {
    if (seen.get(tokenId)) return false;
    seen.set(tokenId, true, REMEMBERED_SECONDS * 1_000);
    if (!rest.mayAsk()) return true;
    const claim = shared.claimOnce(`internal-token:${tokenId}`, REMEMBERED_SECONDS);
    const isFirst = await unlessAway(claim, 'away' as const);
    rest.answered(isFirst !== 'away');
    return isFirst !== false;
  };
}
