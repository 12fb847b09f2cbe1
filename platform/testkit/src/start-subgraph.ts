import { AsyncLocalStorage } from 'node:async_hooks';
import type { Backplane } from '@souk/runtime/backplane';
import { type Clock, newId, systemClock, type Viewer } from '@souk/runtime/domain';
import {
  EVENTS,
  type EventName,
  eventQueueOf,
  type PayloadOf,
  type RecordedEvent,
  type SubgraphName,
} from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import type { Subgraph, SubgraphDeps, SubgraphRequest } from '@souk/runtime/subgraph';
import type { ExecutionResult } from 'graphql';
import { answered } from './answered.ts';
import { type Collected, collect } from './collect.ts';
import { createDatabase } from './databases.ts';
import { testEventKeys } from './event-keys.ts';
import { insist } from './insist.ts';
import { testBackplane } from './test-backplane.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
export type Answer = ExecutionResult<any>;

export interface StartOptions<Config> {
  config: Config;
  clock?: Clock;
  /** Share one between subgraphs that are to meet; otherwise each gets its own. */
  backplane?: Backplane;
  /** Start relay and consumers too. */
  worker?: boolean;
}

type Asking = [
  query: string,
  variables?: Record<string, unknown>,
  viewer?: Viewer | null,
  clientAddress?: string,
];

export interface StartedSubgraph extends AsyncDisposable {
  readonly subgraph: Subgraph;
  readonly backplane: Backplane;
  readonly databaseUrl: string;
  /** Whatever is answered. */
  execute(...asking: Asking): Promise<Answer>;
  /** The `data` of an answer without errors; throws others, and asks again as a client does. */
  ask(...asking: Asking): Promise<Answer['data']>;
  /** Runs a subscription and collects what it sends. */
  subscribe(
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer | null,
  ): Promise<Collected<Answer>>;
  /** Subscribes as a gateway does that shares streams: with marks, and for all at once. */
  listen(
    query: string,
    variables: Record<string, unknown> | undefined,
    viewer: Viewer | null | 'everybody',
  ): Promise<Collected<Answer>>;
  /** The SQL statements sent while the work ran. */
  statementsOf(work: () => Promise<unknown>): Promise<string[]>;
  /** Puts another subgraph's event on this one's queue, as its relay would; needs `worker`. */
  deliver<Name extends EventName>(
    type: Name,
    payload: PayloadOf<Name>,
    given?: Partial<RecordedEvent>,
  ): Promise<void>;
}

interface Recording {
  readonly of: string;
  readonly sent: string[];
}

/**
 * Statements of the work alone: a worker looks for what is due meanwhile. One for all subgraphs, since Node carries each
 * that was ever used along with every promise of the process.
 */
const recording = new AsyncLocalStorage<Recording>();

/** A subgraph on a fresh, migrated database, for the length of a test. */
export async function startSubgraph<Config>(
  name: SubgraphName,
  create: (deps: SubgraphDeps<Config>) => Promise<Subgraph>,
  { config, clock = systemClock, backplane: shared, worker = false }: StartOptions<Config>,
): Promise<StartedSubgraph> {
  const database = await createDatabase(name);
  const backplane = shared ?? (await testBackplane());
  const subgraph = await create({
    config,
    databaseUrl: database.url,
    backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    eventKeys: testEventKeys(name),
    logger: silentLogger,
    clock,
    newId,
    onStatement: (sql) => {
      const recorded = recording.getStore();
      if (recorded?.of === database.name) recorded.sent.push(sql);
    },
  });
  const working = worker ? subgraph.startWorker() : null;
  const identity = (viewer: Viewer | null) => ({ viewer, requestId: 'test' });
  let sequence = 0;
  const collected = async (request: SubgraphRequest): Promise<Collected<Answer>> => {
    const result = await subgraph.subscribe(request);
    if (!(Symbol.asyncIterator in result)) throw new Error(JSON.stringify(result.errors));
    return collect(result as AsyncIterableIterator<Answer>);
  };
  const execute: StartedSubgraph['execute'] = async (
    query,
    variables = {},
    viewer = null,
    clientAddress = undefined,
  ) => {
    const client = clientAddress ? { clientAddress, userAgent: 'Testbrowser/1.0' } : {};
    const asked = { ...identity(viewer), ...client };
    return JSON.parse(
      JSON.stringify(await subgraph.execute({ query, variables, identity: asked })),
    );
  };
  return {
    subgraph,
    backplane,
    databaseUrl: database.url,
    execute,
    ask: (...asking) => answered(() => execute(...asking)),
    subscribe: (query, variables = {}, viewer = null) =>
      collected({ query, variables, identity: identity(viewer) }),
    listen: (query, variables, viewer) =>
      collected({
        query,
        variables,
        identity: viewer === 'everybody' ? { ...identity(null), shared: true } : identity(viewer),
        marks: true,
      }),
    statementsOf: async (work) => {
      const sent: string[] = [];
      await recording.run({ of: database.name, sent }, work);
      return sent;
    },
    deliver: (type, payload, given = {}) => {
      sequence += 1;
      const event = {
        id: newId('evt'),
        position: sequence,
        stream: 'test',
        sequence,
        type,
        version: EVENTS[type].version,
        payload,
        occurredAt: clock(),
        ...given,
      } as RecordedEvent;
      const job = { id: event.id, name: type, data: event };
      // As the relay does: what cannot be put on the queue right now is put there a moment later.
      const delivered = insist(() => backplane.jobs.add(eventQueueOf(name), [job]));
      // A test that ends before its last event was taken does not fail the one that comes next.
      delivered.catch(() => {});
      return delivered;
    },
    [Symbol.asyncDispose]: async () => {
      await working?.close(2_000);
      await subgraph.close();
      if (!shared) await backplane.close();
      await database.drop();
    },
  };
}
