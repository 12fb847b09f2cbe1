import { setTimeout as delay } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { stoppable } from '@souk/runtime/async';
import { notFound } from '@souk/runtime/domain';
import { bareMark, marked } from '@souk/runtime/events';
import type { RequestContext } from '@souk/runtime/graphql';
import { silentLogger } from '@souk/runtime/process';
import { createSubgraph, type Subgraph, type SubgraphRequest } from '@souk/runtime/subgraph';
import { execute, parse } from 'graphql';
import { createGateway, type GatewayOptions } from '../../src/index.ts';
import { composeOnce } from './compose-once.ts';
import { serveToy, testSigner } from './serve-toy.ts';
import { tokenFor, verifyTestTokens } from './start-toy.ts';
import { UNHURRIED } from './unhurried.ts';

/**
 * Halls in which many hear the same: a supergraph whose streams speak the protocol of shared
 * streams. Every viewer is let in but for those sent away; drafts are seen by those with an account.
 */
const PEOPLE = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type User @key(fields: "id") { id: ID! name: String! }
interface Shareable @key(fields: "id") { id: ID! }
type Poster implements Shareable @key(fields: "id") { id: ID! title: String! }
type Draft @key(fields: "id") { id: ID! title: String! }
type Query { user(id: ID!): User }
`;
const HALLS = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@tag", "@interfaceObject"])
scalar EventCursor
interface Node { id: ID! }
interface StreamEvent { cursor: EventCursor! }
type User @key(fields: "id", resolvable: false) { id: ID! }
type Draft @key(fields: "id", resolvable: false) { id: ID! }
type Shareable @key(fields: "id") @interfaceObject { id: ID! }
type Hall implements Node @key(fields: "id") {
  id: ID!
  title: String!
  note(loud: Boolean): String @tag(name: "viewer")
  card: Card @tag(name: "viewer")
}
type Said implements StreamEvent { cursor: EventCursor! text: String! author: User hall: Hall draft: Draft shown: Shareable }
type CaughtUp implements StreamEvent { cursor: EventCursor! replayed: Int! }
type StreamReset implements StreamEvent { cursor: EventCursor! reason: String! }
union HallStream = Said | CaughtUp | StreamReset
type Card { mine: String! yours: String! }
type Typing { names: String! }
type Query { hall(id: ID!): Hall nodes(ids: [ID!]!): [Node]! }
type Subscription {
  hallEvents(hallId: ID!, after: EventCursor): HallStream! @authenticated
  openEvents(hallId: ID!, after: EventCursor): HallStream!
  typing(hallId: ID!): Typing! @authenticated
}
`;

export const HALL = 'hall_1';
/** Seen by everybody as what is shared, and what fails. */
export const PUBLIC_POSTER = 'pst_public';
export const BROKEN_POSTER = 'pst_broken';
/** Ends a stream of what is momentary. */
const CUT = {};

interface HallEvent {
  readonly sequence: number;
  readonly text: string;
  readonly draftId: string | null;
  readonly leaves: string | null;
}

export interface Halls extends AsyncDisposable {
  readonly wsUrl: string;
  readonly url: string;
  /** What was requested of each subgraph since the start, and as whom. */
  readonly asked: { subgraph: string; userId: string | null; query: string }[];
  /** Requests that the subgraph of halls got over HTTP, where it is served. */
  readonly requests: { count: number };
  /** Upstream subscriptions open now: how many of viewers, how many for everybody. */
  readonly open: { own: number; shared: number };
  say(text: string, given?: { draftId?: string }): void;
  sendAway(userId: string): void;
  /** The same, for changes that no stream announces. */
  sendAwaySilently(userId: string): void;
  /** Has the gateway ask about somebody who may stay. */
  reauthorise(userId: string): void;
  /** The next subscriptions of viewers, as many as given, end with a fault. */
  failNext(count: number): void;
  /** Ends all upstream subscriptions, as a subgraph does that goes away. */
  cut(): void;
  cutTyping(): void;
  type(names: string): void;
  token(userId: string): Promise<string>;
}

export interface HallsOptions extends Partial<GatewayOptions> {
  /** The subgraph of halls is called over HTTP and WebSocket. */
  served?: boolean;
  /** Where the gateway finds what is served at this address; otherwise there. */
  behind?: (url: string) => Promise<string>;
  /** The error for somebody who is not let in. */
  refusal?: () => Error;
  /** How long the subgraph of people takes. */
  slowlyMs?: number;
}

export async function startHalls({
  served = false,
  behind = async (url) => url,
  slowlyMs = 0,
  refusal: refused = () => notFound('Hall', ['hallId']),
  ...options
}: HallsOptions = {}): Promise<Halls> {
  const asked: Halls['asked'] = [];
  const events: HallEvent[] = [];
  const away = new Set<string>();
  const open = { own: 0, shared: 0 };
  const listeners = new Set<() => void>();
  const typists = new Set<(item: object) => void>();
  let generation = 0;
  let failures = 0;
  /** Increases with each change of who may listen to momentary streams. */
  let access = 0;
  const wake = () => {
    for (const listener of [...listeners]) listener();
  };
  const add = (event: Omit<HallEvent, 'sequence'>) => {
    events.push({ ...event, sequence: events.length + 1 });
    wake();
  };

  async function* follow(
    after: string | null | undefined,
    { viewer, shared }: RequestContext,
    stopped: AbortSignal,
  ) {
    const mine = generation;
    const kind = shared ? 'shared' : 'own';
    const from = after == null ? events.length : Number(after);
    const goal = events.length;
    let position = from;
    let isCaughtUp = false;
    open[kind] += 1;
    try {
      while (mine === generation && !stopped.aborted) {
        if (!isCaughtUp && position >= goal) {
          isCaughtUp = true;
          const item = {
            __typename: 'CaughtUp',
            cursor: String(position),
            replayed: position - from,
          };
          yield marked(item, { position, ...(shared ? {} : { shared: true }) });
        }
        const event = events[position];
        if (event) {
          const { sequence, text, leaves, draftId } = event;
          const cursor = String(position);
          const isMine = leaves !== null && leaves === viewer?.userId && away.has(leaves);
          if (shared ? leaves !== null : isMine) {
            const reset = { __typename: 'StreamReset', cursor, reason: 'ACCESS_CHANGED' };
            const reauthorise = { position: sequence, reauthorise: [leaves as string] };
            yield marked(reset, shared ? reauthorise : { position });
            if (!shared) return;
          }
          position = sequence;
          const said = {
            __typename: 'Said',
            cursor: String(sequence),
            text,
            author: { id: `author of ${text}` },
            hall: { id: HALL },
            draft: draftId && { id: draftId },
            shown: draftId && { id: draftId },
          };
          yield marked(said, { position });
          continue;
        }
        await new Promise<void>((resolve) => {
          const listener = () => {
            listeners.delete(listener);
            resolve();
          };
          listeners.add(listener);
        });
      }
    } finally {
      open[kind] -= 1;
    }
  }

  async function* followTyping({ shared }: RequestContext, stopped: AbortSignal) {
    const queue: object[] = [];
    let more = () => {};
    const put = (item: object) => {
      queue.push(item);
      more();
    };
    typists.add(put);
    open[shared ? 'shared' : 'own'] += 1;
    try {
      yield bareMark({ position: access, ...(shared ? {} : { shared: true }) });
      while (!stopped.aborted) {
        const item = queue.shift();
        if (item === CUT) return;
        if (item) yield item;
        else {
          await new Promise<void>((resolve) => {
            more = resolve;
            stopped.addEventListener('abort', () => resolve());
          });
        }
      }
    } finally {
      typists.delete(put);
      open[shared ? 'shared' : 'own'] -= 1;
    }
  }

  const letIn = ({ viewer, shared }: RequestContext) => {
    if (!shared && failures > 0) {
      failures -= 1;
      throw new Error('out of order');
    }
    if (!shared && (!viewer || away.has(viewer.userId))) throw refused();
  };
  const hallOf = ({ id }: { id: string }) => ({ __typename: 'Hall', id, title: 'Great Hall' });
  const halls = await createSubgraph<RequestContext>({
    name: 'halls',
    typeDefs: HALLS,
    resolvers: {
      Query: {
        hall: (_: unknown, args: { id: string }) => hallOf(args),
        nodes: (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => hallOf({ id })),
      },
      Node: { __resolveType: () => 'Hall' },
      Hall: {
        __resolveReference: hallOf,
        title: () => 'Great Hall',
        card: (_: unknown, __: unknown, { viewer }: RequestContext) => ({
          mine: viewer?.userId,
          yours: `of ${viewer?.userId}`,
        }),
        note: (_: unknown, { loud }: { loud?: boolean }, { viewer }: RequestContext) =>
          `${loud ? 'FOR' : 'for'} ${viewer?.userId ?? 'nobody'}`,
      },
      HallStream: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      StreamEvent: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Subscription: {
        hallEvents: {
          subscribe: (_: unknown, { after }: { after?: string }, context: RequestContext) => {
            letIn(context);
            return stoppable((stopped) => follow(after, context, stopped), { onOver: wake });
          },
          resolve: (item: unknown) => item,
        },
        openEvents: {
          subscribe: (_: unknown, { after }: { after?: string }, context: RequestContext) =>
            stoppable((stopped) => follow(after, context, stopped), { onOver: wake }),
          resolve: (item: unknown) => item,
        },
        typing: {
          subscribe: (_: unknown, __: unknown, context: RequestContext) => {
            letIn(context);
            return stoppable((stopped) => followTyping(context, stopped), { onOver: wake });
          },
          resolve: (item: unknown) => item,
        },
      },
    },
    createContext: (request) => request,
    startWorker: () => ({ close: async () => {} }),
    ready: async () => {},
    close: async () => {},
    logger: silentLogger,
  });
  const peopleSchema = buildSubgraphSchema({
    typeDefs: parse(PEOPLE),
    resolvers: {
      Query: { user: (_: unknown, { id }: { id: string }) => ({ id }) },
      User: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `name of ${id}`,
      },
      Shareable: {
        __resolveReference: ({ id }: { id: string }, { viewer }: RequestContext) => {
          if (id === BROKEN_POSTER) throw new Error('out of order');
          return viewer || id === PUBLIC_POSTER ? { __typename: 'Poster', id } : null;
        },
      },
      Poster: {
        title: ({ id }: { id: string }, _: unknown, { viewer }: RequestContext) =>
          `${id} as ${viewer?.userId ?? 'anybody'} sees it`,
      },
      Draft: {
        __resolveReference: ({ id }: { id: string }, { viewer }: RequestContext) =>
          viewer ? { id } : null,
        title: ({ id }: { id: string }, _: unknown, { viewer }: RequestContext) =>
          `${id} as ${viewer?.userId} sees it`,
      },
    } as never,
  });
  const counted = <Request extends SubgraphRequest>(subgraph: string, request: Request) => {
    const { query, identity } = request;
    asked.push({ subgraph, query, userId: identity.viewer?.userId ?? null });
    return request;
  };
  const people: Pick<Subgraph, 'execute' | 'subscribe'> = {
    execute: async (request) => {
      const { query, variables, operationName, identity } = counted('people', request);
      if (slowlyMs > 0) await delay(slowlyMs);
      return execute({
        schema: peopleSchema,
        document: parse(query),
        variableValues: variables,
        operationName,
        contextValue: identity,
      });
    },
    subscribe: async () => ({ errors: [] }),
  };

  const requests = { count: 0 };
  const atHalls = served
    ? await serveToy(halls, 0, () => {
        requests.count += 1;
      })
    : null;
  const gateway = await createGateway({
    ...UNHURRIED,
    supergraphSdl: composeOnce([
      { name: 'people', url: 'http://people.invalid', typeDefs: PEOPLE, file: 'people.graphql' },
      { name: 'halls', url: 'http://halls.invalid', typeDefs: HALLS, file: 'halls.graphql' },
    ]),
    subgraphs: {
      people,
      ...(atHalls
        ? {}
        : {
            halls: {
              execute: (request) => halls.execute(counted('halls', request)),
              subscribe: (request) => halls.subscribe(request),
            },
          }),
    },
    ...(atHalls
      ? { subgraphUrls: { halls: await behind(atHalls.url) }, signIdentity: await testSigner() }
      : {}),
    verifyAccessToken: await verifyTestTokens(),
    socketLimits: {
      socketsPerAddress: Number.POSITIVE_INFINITY,
      messageBurst: Number.POSITIVE_INFINITY,
    },
    port: 0,
    ...options,
  });
  const url = `${gateway.url}/graphql`;
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    asked,
    requests,
    open,
    say: (text, { draftId = null as string | null } = {}) => add({ text, draftId, leaves: null }),
    sendAwaySilently: (userId) => {
      away.add(userId);
      access += 1;
    },
    reauthorise: (userId) => add({ text: '', draftId: null, leaves: userId }),
    failNext: (count) => {
      failures = count;
    },
    cutTyping: () => {
      for (const put of typists) put(CUT);
    },
    sendAway: (userId) => {
      away.add(userId);
      add({ text: `${userId} left`, draftId: null, leaves: userId });
    },
    cut: () => {
      generation += 1;
      wake();
    },
    type: (names) => {
      for (const put of typists) put({ names });
    },
    token: tokenFor,
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await atHalls?.close();
    },
  };
}
