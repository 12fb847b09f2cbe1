import { createBoundedCache } from '@souk/engine';
import { within } from '@souk/runtime/async';
import { restAfterFailure } from '@souk/runtime/backplane';
import type { EndedSessions } from '@souk/runtime/identity';
import { batchedByTurn } from '@souk/runtime/process';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { SubgraphCalls } from '../upstream/subgraph-calls.ts';
import { createGatewayQuery } from './gateway-query.ts';
import { IdentityUnavailable } from './identity-unavailable.ts';

/** Which of these sessions are open, according to their rows. Rejects when nobody can be asked. */
export type AskOpenSessions = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

export interface SessionStates {
  /**
   * Resolves when a session counts as open. When that is not certain as of now, it resolves to a function
   * that makes it certain, for operations that change data. Rejects when the session has ended, or with
   * IdentityUnavailable.
   */
  assertOpen(sessionId: string): Promise<Confirm | null>;
  /** Those of these sessions that have ended; none while nobody can be asked. */
  endedAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Rejects as `assertOpen` does. */
export type Confirm = () => Promise<void>;

export interface SessionStatesOptions {
  /** The list that gateways share through Redis, if there is one. */
  list?: Pick<EndedSessions, 'stateOf'> | undefined;
  /** The source of truth, if it can be asked. */
  ask?: AskOpenSessions | undefined;
  now?: () => number;
}

/** Milliseconds for which a row is not read again for operations that only read. */
const FRESH_MS = 1_000;
/** Milliseconds for which the last known state counts while nobody can be asked. */
const STALE_MS = 30_000;
/**
 * Milliseconds to wait for an answer about a session that was known to be open. A later answer counts from
 * when it comes.
 */
const WAITS_MS = 1_000;
/** Milliseconds after which a list that knows nothing counts as unavailable: Redis is down or hangs. */
const LATE_MS = 200;
/** Sessions in one request to the subgraph. */
const LARGEST_BATCH = 500;
const MOST_REMEMBERED = 20_000;

/**
 * Tells whether sessions are still open although their tokens have not expired. The shared list answers at
 * once as long as it is known to be complete; otherwise the rows are asked (decision 0019).
 */
export function createSessionStates(options: SessionStatesOptions): SessionStates {
  const { list, ask, now = Date.now } = options;
  /** When the rows said that a session is open, and when either the list or the rows did. */
  const openAt = createBoundedCache<string, number>(MOST_REMEMBERED);
  const knownOpenAt = createBoundedCache<string, number>(MOST_REMEMBERED);
  const ended = createBoundedCache<string, true>(MOST_REMEMBERED);
  const isOpen = ask && askedByTurn(ask);
  const rest = restAfterFailure(now);
  const listed = async (id: string) => {
    if (!list || !rest.mayAsk()) return 'unknown';
    const askedAt = now();
    const state = await list.stateOf(id);
    rest.answered(state !== 'unknown' || now() - askedAt < LATE_MS);
    return state;
  };

  /** After this wait, a session that was recently known to be open counts as open. */
  const assertIsOpen = async (id: string): Promise<void> => {
    const askedAt = now();
    const answer = (async () => {
      const open = (await isOpen?.(id)) ?? true;
      if (open) {
        openAt.set(id, askedAt);
        knownOpenAt.set(id, askedAt);
      } else ended.set(id, true);
      return open;
    })();
    const wasOpen = since(knownOpenAt.get(id)) < STALE_MS;
    const open = await (wasOpen ? within(WAITS_MS, answer, () => true) : answer).catch((cause) => {
      if (wasOpen) return true;
      throw new IdentityUnavailable('nobody can say whether the session is open', { cause });
    });
    // Another answer may have reported that the session ended in the meantime.
    if (!open || ended.get(id)) throw new SessionEnded();
  };
  const since = (at = Number.NEGATIVE_INFINITY) => now() - at;

  return {
    assertOpen: async (id) => {
      if (ended.get(id)) throw new SessionEnded();
      const askedAt = now();
      const state = await listed(id);
      if (state === 'ended') {
        ended.set(id, true);
        throw new SessionEnded();
      }
      if (state === 'open') knownOpenAt.set(id, askedAt);
      if (state === 'open' || !ask) return null;
      // What the list said before it was lost does not count as long as the rows can be asked.
      if (since(openAt.get(id)) >= FRESH_MS) await assertIsOpen(id);
      return () => assertIsOpen(id);
    },
    endedAmong: async (ids) => {
      const gone = new Set<string>();
      for (let from = 0; ask && from < ids.length; from += LARGEST_BATCH) {
        const some = ids.slice(from, from + LARGEST_BATCH);
        const open = await ask(some).catch(() => new Set(some));
        for (const id of some) if (!open.has(id)) gone.add(id);
      }
      for (const id of gone) ended.set(id, true);
      return gone;
    },
  };
}

class SessionEnded extends Error {
  constructor() {
    super('the session has ended');
  }
}

/** Asks for all sessions of one turn of the event loop in one request, each only once. */
const askedByTurn = (ask: AskOpenSessions): ((id: string) => Promise<boolean>) =>
  batchedByTurn(
    async (ids) => {
      const open = await ask([...new Set(ids)]);
      return ids.map((id) => open.has(id));
    },
    { atMost: LARGEST_BATCH },
  );

const FIELD = {
  name: 'openSessions',
  query: 'query OpenSessions($ids:[ID!]!){openSessions(ids:$ids)}',
  operationName: 'OpenSessions',
};

/** Asks the subgraph that keeps sessions. In a supergraph without the field all sessions are open. */
export function createAskOpenSessions(
  subgraph: string,
  calls: Pick<SubgraphCalls, 'execute'>,
  supergraph: () => GatewaySupergraph,
): AskOpenSessions {
  const ask = createGatewayQuery<readonly string[]>({ subgraph, ...FIELD }, calls, supergraph);
  return async (ids) => {
    const open = await ask({ ids });
    if (open === undefined) return new Set(ids);
    if (!Array.isArray(open)) throw new Error('no answer');
    return new Set(open);
  };
}
