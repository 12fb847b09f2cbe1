import type { Cache } from '../backplane/backplane.ts';

/** Seconds an access token lives; how long a revoked session must be remembered at least. */
export const ACCESS_TOKEN_TTL_SECONDS = 600;

/** Clocks may differ, so a session stays on the list a little longer than its last token. */
const REMEMBERED_SECONDS = ACCESS_TOKEN_TTL_SECONDS + 60;

/** Sessions that ended before their access tokens did: users adds to the list, gateways ask it. */
export interface EndedSessions {
  add(sessionId: string): Promise<void>;
  has(sessionId: string): Promise<boolean>;
}

export const createEndedSessions = (cache: Pick<Cache, 'get' | 'set'>): EndedSessions => ({
  add: (sessionId) => cache.set(keyOf(sessionId), true, REMEMBERED_SECONDS),
  has: async (sessionId) => (await cache.get(keyOf(sessionId))) === true,
});

const keyOf = (sessionId: string) => `ended-session:${sessionId}`;
