import { createBoundedCache } from '@souk/engine';
import { within } from '@souk/runtime/async';
import { restAfterFailure } from '@souk/runtime/backplane';
import type { EndedSessions } from '@souk/runtime/identity';
import { batchedByTurn } from '@souk/runtime/process';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { SubgraphCalls } from '../upstream/subgraph-calls.ts';
import { createGatewayQuery } from './gateway-query.ts';
import { IdentityUnavailable } from './identity-unavailable.ts';

/** Which of these sessions are open, by their rows. Rejects when nobody can be asked. */
export type AskOpenSessions = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

export interface SessionStates {
  /**
   * Resolves when a session counts as open. Where that is not certain up to this moment, to a way to
   * make certain, for what changes data. Rejects when it has ended, or with IdentityUnavailable.
   */
  assertOpen(sessionId: string): Promise<Confirm | null>;
  /** Of these sessions, those that have ended; none while nobody can be asked. */
  endedAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Rejects as `assertOpen` does. */
export type Confirm = () => Promise<void>;

export interface SessionStatesOptions {
  /** The list that is shared by way of Redis, if there is one. */
  list?: Pick<EndedSessions, 'stateOf'> | undefined;
  /** The truth, if it can be asked. */
  ask?: AskOpenSessions | undefined;
  now?: () => number;
}

/** Milliseconds for which a row is not looked at again, for what only reads. */
const FRESH_MS = 1_000;
/** Milliseconds for which what was known of it counts when nobody can be asked. */
const STALE_MS = 30_000;
/**
 * Milliseconds that a session which was known to be open waits for an answer. A late answer still counts from then on.
 */
const WAITS_MS = 1_000;
/** Milliseconds after which a list that knows nothing has not answered: Redis is away or hangs. */
const LATE_MS = 200;
/** Sessions in one question. */
const LARGEST_BATCH = 500;
const MOST_REMEMBERED = 20_000;

/**
 * Whether sessions still count, though their tokens have not expired. The shared list answers in a
 * moment, as long as it is known to be complete; when it is not, the rows are asked (decision 0019).
 */
export function createSessionStates(options: SessionStatesOptions): SessionStates {
  const { list, ask, now = Date.now } = options;
  /** When rows said that a session is open, and when list or rows did. */
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

  /** A session that was known to be open lately waits so long for an answer and then counts as open. */
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
    // Another answer may have reported its end meanwhile.
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
      // What the list said before it was lost is no answer as long as rows can be asked.
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

/** Asks for all sessions of one turn of the event loop at once, for each once. */
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

/** Asks the subgraph that keeps sessions. In a supergraph without the field all are open. */
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
