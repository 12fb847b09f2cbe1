import type { Cache } from '../backplane/backplane.ts';
import { createExpiringMap } from '../backplane/in-process/expiring-map.ts';
import { unlessAway } from '../backplane/when-away.ts';
import { INTERNAL_TOKEN_TTL_SECONDS } from './internal-identity.ts';

/** Resolves to false when a token of this id was used before. */
export type IsFirstUse = (tokenId: string) => Promise<boolean>;

/** Longer than any token is accepted, its clock tolerance included. */
const REMEMBERED_SECONDS = 2 * INTERNAL_TOKEN_TTL_SECONDS;
/** Milliseconds for which Redis is not asked after it did not answer, but by one request. */
const REST_MS = 1_000;

/**
 * Remembers the tokens of mutations, so that a captured one is no use a second time. Each process
 * remembers for itself; Redis tells it what the others have seen. While Redis is away the memory of
 * the process decides alone: who is known by a signature is let in all the same (decision 0006).
 */
export function createReplayGuard(
  shared: Pick<Cache, 'claimOnce'>,
  now: () => number = Date.now,
): IsFirstUse {
  const seen = createExpiringMap<true>({ now });
  let restsUntil = 0;
  return async (tokenId) => {
    if (seen.get(tokenId)) return false;
    seen.set(tokenId, true, REMEMBERED_SECONDS * 1_000);
    if (now() < restsUntil) return true;
    const wasAway = restsUntil > 0;
    // While it was away one request tries whether it is back, and the others do not wait for it.
    if (wasAway) restsUntil = now() + REST_MS;
    const claim = shared.claimOnce(`internal-token:${tokenId}`, REMEMBERED_SECONDS);
    const isFirst = await unlessAway(claim, 'away' as const);
    restsUntil = isFirst === 'away' ? now() + REST_MS : 0;
    return isFirst !== false;
  };
}
