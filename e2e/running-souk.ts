import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  localSecrets,
  localSettings,
  type Supergraph,
  type SupergraphOptions,
  startSupergraph,
} from '@souk/local';
import type { Backplane } from '@souk/runtime/backplane';
import { SUBGRAPHS, type SubgraphName } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import {
  answered,
  type Collected,
  collect,
  createDatabase,
  postOperation,
  registerPerson,
  sql,
  TEST_EVENT_KEYS,
  testBackplane,
  until,
} from '@souk/testkit';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Fields = any;

export interface Answer {
  status: number;
  data: Fields;
  errors?: { message: string; path?: string[]; extensions: { code: string } }[];
}

/** A subscription on a socket of its own. */
export interface Listener extends Collected<{ data?: Fields; errors?: Fields }> {
  readonly socket: WebSocket;
  /** Resolves when the socket is closed, whoever closed it. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Breaks the connection off without a goodbye, as a lost network does. */
  drop(): Promise<void>;
}

export interface Person {
  id: string;
  username: string;
  displayName: string;
  email: string;
  password: string;
  token: string;
}

/** Everything `npm start` runs, on databases of its own, and how clients talk to it. */
export interface RunningSouk extends AsyncDisposable {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly subgraphs: Supergraph['subgraphs'];
  readonly stopWorkers: Supergraph['stopWorkers'];
  readonly databaseUrls: Readonly<Record<SubgraphName, string>>;
  /** Whatever is answered. */
  graphql(query: string, variables?: object, token?: string | null): Promise<Answer>;
  /** The `data` of an answer without errors; throws others, and asks again as a client does. */
  ask(query: string, variables?: object, token?: string | null): Promise<Fields>;
  subscribe(query: string, variables?: object, token?: string | null): Promise<Listener>;
  register(username: string, displayName: string): Promise<Person>;
}

/**
 * What tests of everything at once are not about: requests of strangers, and how long an answer may take
 * on a machine that is busy with other tests.
 */
export const TEST_SETTINGS = {
  CHAT_STRANGERS_ASK: 'false',
  SUBGRAPH_QUERY_TIMEOUT_MS: '60000',
  SUBGRAPH_MUTATION_TIMEOUT_MS: '60000',
  LIMIT_REQUEST_TIMEOUT_MS: '60000',
};

/** A process of tests that stood still for ten seconds takes nothing for late. */
const UNHURRIED = { headersMs: 60_000, allMs: 60_000 };

export interface SoukOptions {
  demo?: boolean;
  persistedOperations?: SupergraphOptions['persistedOperations'];
  /** Not closed with it; by default it has one of its own. */
  backplane?: Backplane | undefined;
  /** Of the environment; they go before those of all tests. */
  settings?: NodeJS.ProcessEnv;
  clock?: SupergraphOptions['clock'];
  /** What proxies and browsers of whoever asks add. */
  headersOf?: (query: string, variables: object, token: string | null) => Record<string, string>;
}

export async function startSouk({
  demo = false,
  persistedOperations,
  backplane: given,
  settings,
  clock,
  headersOf = () => ({}),
}: SoukOptions = {}): Promise<RunningSouk> {
  const folder = await mkdtemp(join(tmpdir(), 'souk-story-'));
  const databases = await Promise.all(SUBGRAPHS.map((subgraph) => createDatabase(subgraph)));
  const backplane = given ?? (await testBackplane());
  const databaseUrls = Object.fromEntries(
    SUBGRAPHS.map((subgraph, index) => [subgraph, databases[index]?.url]),
  ) as Record<SubgraphName, string>;
  const supergraph = await startSupergraph({
    databaseUrls,
    backplane,
    secrets: { ...(await localSecrets(folder)), eventOpeningKeys: TEST_EVENT_KEYS.opening },
    port: 0,
    demo,
    persistedOperations,
    settings: localSettings({ ...TEST_SETTINGS, ...settings }),
    arrivalLimits: UNHURRIED,
    clock,
    logger: silentLogger,
  });
  const { url } = supergraph.gateway;

  const graphql: RunningSouk['graphql'] = async (query, variables = {}, token = null) => {
    const given = headersOf(query, variables, token);
    const { headers: _, ...answer } = await postOperation(url, query, variables, token, given);
    return answer as Answer;
  };
  const ask: RunningSouk['ask'] = (...given) => answered(() => graphql(...given));

  return {
    url,
    subgraphs: supergraph.subgraphs,
    stopWorkers: supergraph.stopWorkers,
    databaseUrls,
    graphql,
    ask,
    subscribe: (query, variables = {}, token = null) =>
      listen(`${url.replace('http', 'ws')}/graphql`, query, { ...variables }, token),
    register: async (username, displayName) => {
      const email = `${username}@example.org`;
      const person = { email, username, displayName, password: randomUUID() };
      const { id, token } = await registerPerson(ask, { databaseUrl: databaseUrls.users }, person);
      // Others name them in the next request, and on a busy machine chat waits for the news in vain.
      await until(() => isKnownInChat(databaseUrls.chat, id), {
        describe: () => `chat has not heard of ${username}`,
      });
      return { ...person, id, token };
    },
    [Symbol.asyncDispose]: async () => {
      await supergraph.close();
      if (!given) await backplane.close();
      await Promise.all(databases.map((database) => database.drop()));
      await rm(folder, { recursive: true });
    },
  };
}

const isKnownInChat = async (databaseUrl: string, id: string): Promise<boolean> =>
  (await sql({ databaseUrl }, 'SELECT FROM known_user WHERE id = $1', [id])).length > 0;

async function listen(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  token: string | null,
): Promise<Listener> {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: token === null ? {} : { accessToken: token },
    retryAttempts: 0,
  });
  const connected = new Promise<WebSocket>((resolve, reject) => {
    client.on('connected', (socket) => resolve(socket as WebSocket));
    client.on('closed', (event) => reject(event));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    client.on('closed', (event) => resolve(event as { code: number; reason: string })),
  );
  const collected = collect(client.iterate<Fields>({ query, variables }));
  const socket = await connected;
  const stop = async () => {
    await collected.stop();
    await client.dispose();
  };
  return {
    items: collected.items as Listener['items'],
    get ended() {
      return collected.ended;
    },
    atLeast: collected.atLeast as Listener['atLeast'],
    find: collected.find as Listener['find'],
    untilEnded: collected.untilEnded,
    socket,
    closed,
    drop: async () => {
      socket.terminate();
      await closed;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
