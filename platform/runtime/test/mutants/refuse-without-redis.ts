import type { Cache } from '../../src/backplane/index.ts';
import type { IsFirstUse } from '../../src/identity/replay-guard.ts';

/**
 * The way that looks safe and is not: whoever cannot be compared with what Redis remembers is
 * refused, which refuses everybody while Redis is away. Kept so that the test which must notice that
 * can be seen to notice it.
 */
export const refuseWithoutRedis =
  (shared: Pick<Cache, 'claimOnce'>): IsFirstUse =>
  (tokenId) =>
    shared.claimOnce(`internal-token:${tokenId}`, 60).catch(() => false);
