import type { Cache } from '../backplane/backplane.ts';
import { serviceUnavailable } from '../domain/errors/common-errors.ts';

/** Seconds an access token lives; how long a revoked session must be remembered at least. */
export const ACCESS_TOKEN_TTL_SECONDS = 600;

/** Clocks may differ, so a session stays on the list a little longer than its last token. */
export const ENDED_SESSION_REMEMBERED_SECONDS = ACCESS_TOKEN_TTL_SECONDS + 60;

/** Milliseconds for which the word that the list is complete holds. */
export const LIST_COMPLETE_MS = 1_000;
/** The list is whole unless Redis is emptied; once a day it is written anew all the same. */
const WHOLE_SECONDS = 86_400;

/**
 * Sessions that ended before their access tokens did: users adds to the list, gateways ask it. The
 * rows of users are the truth, and the list a copy that may be trusted only as long as somebody who
 * compares the two goes on saying so (decision 0019).
 */
export interface EndedSessions {
  /** Rejects when it could not be put on the list. */
  add(sessionId: string): Promise<void>;
  /** `unknown`: not on the list, but the list may lack something. */
  stateOf(sessionId: string): Promise<'ended' | 'open' | 'unknown'>;
  /** False when Redis was emptied since the list was last written whole. */
  isWhole(): Promise<boolean>;
  /** Says that all sessions are on it which ended in the time that it remembers. */
  becameWhole(): Promise<void>;
  /** Says that nothing is missing, for `LIST_COMPLETE_MS`. */
  isComplete(): Promise<void>;
}

export const createEndedSessions = (cache: Pick<Cache, 'get' | 'set'>): EndedSessions => {
  const isSet = async (key: string) => (await cache.get(key)) === true;
  return {
    add: async (sessionId) => {
      await cache.set(keyOf(sessionId), true, ENDED_SESSION_REMEMBERED_SECONDS);
      // A cache keeps nothing, without a word, while Redis is away.
      if (!(await isSet(keyOf(sessionId)))) throw serviceUnavailable();
    },
    stateOf: async (sessionId) => {
      const [isEnded, ...trusted] = await Promise.all(
        [keyOf(sessionId), WHOLE, COMPLETE].map(isSet),
      );
      if (isEnded) return 'ended';
      return trusted.every(Boolean) ? 'open' : 'unknown';
    },
    isWhole: () => isSet(WHOLE),
    becameWhole: () => cache.set(WHOLE, true, WHOLE_SECONDS),
    isComplete: () => cache.set(COMPLETE, true, LIST_COMPLETE_MS / 1_000),
  };
};

const keyOf = (sessionId: string) => `ended-session:${sessionId}`;
/** Colons keep these apart from ids. */
const WHOLE = 'ended-sessions:whole';
const COMPLETE = 'ended-sessions:complete';
