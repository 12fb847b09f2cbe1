import type { Cache } from '../backplane/backplane.ts';
import { serviceUnavailable } from '../domain/errors/common-errors.ts';
import { batchedByTurn } from '../process/batched-by-turn.ts';

/** Seconds an access token lives; how long a revoked session must be remembered at least. */
export const ACCESS_TOKEN_TTL_SECONDS = 600;

/** Clocks may differ, so a session stays on the list a little longer than its last token. */
export const ENDED_SESSION_REMEMBERED_SECONDS = ACCESS_TOKEN_TTL_SECONDS + 60;

/** Milliseconds for which the word that the list is complete holds. */
export const LIST_COMPLETE_MS = 1_000;
/** A list is kept until Redis is emptied; once a day it is written anew all the same. */
const GENERATION_SECONDS = 86_400;

/**
 * Sessions that ended before their access tokens did: users adds to the list, gateways ask it. The
 * rows of users are the truth, and the list a copy that may be trusted only as long as somebody who
 * compares the two goes on saying so (decision 0019).
 */
export interface EndedSessions {
  /** Rejects when it could not be put on the list. */
  add(sessionId: string): Promise<void>;
  /** `unknown`: not on the list, but the list may lack something. */
  stateOf(sessionId: string): Promise<SessionState>;
  /** The name under which the list was begun; undefined when Redis was emptied since. */
  generation(): Promise<string | undefined>;
  /** Begins the list under a name that none had before. What ended before is to be added after that. */
  begin(generation: string): Promise<void>;
  /** Says that nothing is missing from the list of this name, for `LIST_COMPLETE_MS`. */
  isComplete(generation: string): Promise<void>;
}

type SessionState = 'ended' | 'open' | 'unknown';

export const createEndedSessions = (
  cache: Pick<Cache, 'get' | 'getMany' | 'set'>,
): EndedSessions => {
  const generation = () => cache.get<string>(GENERATION);
  /** All of one moment: what the list lacks is not between the word that it is complete and the look at it. */
  const statesOf = async (sessionIds: readonly string[]): Promise<SessionState[]> => {
    const keys = [COMPLETE, GENERATION, ...sessionIds.map(keyOf)];
    const [complete, present, ...ended] = await cache.getMany<string | true>(keys);
    const otherwise = present !== undefined && present === complete ? 'open' : 'unknown';
    return ended.map((isEnded) => (isEnded ? 'ended' : otherwise));
  };
  return {
    add: async (sessionId) => {
      await cache.set(keyOf(sessionId), true, ENDED_SESSION_REMEMBERED_SECONDS);
      // A cache keeps nothing, without a word, while Redis is away.
      if ((await cache.get(keyOf(sessionId))) !== true) throw serviceUnavailable();
    },
    stateOf: batchedByTurn(statesOf),
    generation,
    begin: (name) => cache.set(GENERATION, name, GENERATION_SECONDS),
    isComplete: (name) => cache.set(COMPLETE, name, LIST_COMPLETE_MS / 1_000),
  };
};

/** The braces keep all of it on one node of a Redis Cluster: none of it is lost without the rest. */
const keyOf = (sessionId: string) => `{ended-sessions}:${sessionId}`;
/** Colons keep these apart from ids. */
const GENERATION = keyOf(':generation');
const COMPLETE = keyOf(':complete');
