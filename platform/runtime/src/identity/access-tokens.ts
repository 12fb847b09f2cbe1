import type { Cache } from '../backplane/backplane.ts';
import { serviceUnavailable } from '../domain/errors/common-errors.ts';
import { batchedByTurn } from '../process/batched-by-turn.ts';

/**
 * How many seconds an access token is valid, and thus how long a revoked session must be remembered at least.
 */
export const ACCESS_TOKEN_TTL_SECONDS = 600;

/** Clocks may differ, so a session stays on the list a little longer than its last token. */
export const ENDED_SESSION_REMEMBERED_SECONDS = ACCESS_TOKEN_TTL_SECONDS + 60;

/** Milliseconds for which the statement that the list is complete is valid. */
export const LIST_COMPLETE_MS = 1_000;
/** A list is kept until Redis is emptied; it is also rewritten once a day. */
const GENERATION_SECONDS = 86_400;

/**
 * Sessions that ended before their access tokens: users adds to the list, gateways read it. The rows of users
 * are the truth, and the list is a copy that may be trusted only as long as somebody who compares the two
 * keeps confirming it (decision 0019).
 */
export interface EndedSessions {
  /** Rejects when it could not be put on the list. */
  add(sessionId: string): Promise<void>;
  /** `unknown`: not on the list, but the list may be incomplete. */
  stateOf(sessionId: string): Promise<SessionState>;
  /** The name under which the list was begun; undefined when Redis has been emptied since. */
  generation(): Promise<string | undefined>;
  /** Begins the list under a new name. Sessions that ended before must be added afterwards. */
  begin(generation: string): Promise<void>;
  /** Confirms that nothing is missing from the list of this name, for `LIST_COMPLETE_MS`. */
  isComplete(generation: string): Promise<void>;
}

type SessionState = 'ended' | 'open' | 'unknown';

export const createEndedSessions = (
  cache: Pick<Cache, 'get' | 'getMany' | 'set'>,
): EndedSessions => {
  const generation = () => cache.get<string>(GENERATION);
  /** All read at one moment: nothing can be lost between the confirmation and the list itself. */
  const statesOf = async (sessionIds: readonly string[]): Promise<SessionState[]> => {
    const keys = [COMPLETE, GENERATION, ...sessionIds.map(keyOf)];
    const [complete, present, ...ended] = await cache.getMany<string | true>(keys);
    const otherwise = present !== undefined && present === complete ? 'open' : 'unknown';
    return ended.map((isEnded) => (isEnded ? 'ended' : otherwise));
  };
  return {
    add: async (sessionId) => {
      await cache.set(keyOf(sessionId), true, ENDED_SESSION_REMEMBERED_SECONDS);
      // While Redis is away, a cache silently stores nothing.
      if ((await cache.get(keyOf(sessionId))) !== true) throw serviceUnavailable();
    },
    stateOf: batchedByTurn(statesOf),
    generation,
    begin: (name) => cache.set(GENERATION, name, GENERATION_SECONDS),
    isComplete: (name) => cache.set(COMPLETE, name, LIST_COMPLETE_MS / 1_000),
  };
};

/** The braces keep all keys on one node of a Redis Cluster: none of them is lost without the others. */
const keyOf = (sessionId: string) => `{ended-sessions}:${sessionId}`;
/** Colons distinguish these keys from ids. */
const GENERATION = keyOf(':generation');
const COMPLETE = keyOf(':complete');
