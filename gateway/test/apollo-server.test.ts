import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { Viewer } from '@souk/runtime/domain';
import { createLogger } from '@souk/runtime/process';
import { metricsText, startMeasuring } from '@souk/runtime/telemetry';
import { parseStrictly } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { type SoukGatewayOptions, soukGateway } from '../src/apollo.ts';
import { ADA, createToy } from './support/toy-shop.ts';

// biome-ignore lint/suspicious/noExplicitAny: the answers of tests are looked at freely
type Told = any;

interface Context {
  viewer: Viewer | null;
  address: string;
}

/** What a plugin of somebody else's is told, in order. */
function spy(seen: string[]): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operationName }) => void seen.push(`runs ${operationName}`),
      didEncounterErrors: async ({ errors }) =>
        void seen.push(`errors ${errors.map(({ extensions }) => extensions.code)}`),
      willSendResponse: async ({ response }) => {
        if (response.body.kind !== 'single') return;
        response.body.singleResult.extensions = {
          ...response.body.singleResult.extensions,
          plugin: 'was here',
        };
      },
    }),
  };
}

/** Apollo Server, started as its documentation says, with nothing of ours but its gateway. */
async function start(options: Partial<SoukGatewayOptions> = {}) {
  const toy = createToy();
  const seen: string[] = [];
  const server = new ApolloServer<Context>({
    gateway: soukGateway({
      supergraphSdl: toy.supergraphSdl,
      subgraphs: { people: toy.people, rooms: toy.rooms },
      contextOf: (context) => context as Context,
      ...options,
    }),
    plugins: [spy(seen), ApolloServerPluginCacheControlDisabled()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer<Context>(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => {
      const userId = req.headers['x-user'];
      const viewer =
        typeof userId === 'string' ? { userId, sessionId: 'ses_1', roles: [] as const } : null;
      return { viewer, address: '192.0.2.1' };
    },
  });
  onTestFinished(() => server.stop());
  const post = async (query: string, variables = {}, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        query,
        variables,
        operationName: /(?:query|mutation) (\w+)/.exec(query)?.[1],
      }),
    });
    const body = (await response.json()) as Told;
    return { status: response.status, headers: response.headers, body };
  };
  return { post, seen, toy };
}

test('an Apollo Server with plugins of its own answers over this gateway', async () => {
  const { post, seen } = await start();
  const query = 'query Friend($id: ID!) { user(id: $id) { name friends(first: 1) { name } } }';
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await post(query, { id: ADA });
    expect(status).toBe(200);
    expect(body.data.user.name).toBe('Ada');
    expect(body.extensions).toEqual({ plugin: 'was here' });
  }
  expect(seen).toEqual(['runs Friend', 'runs Friend']);
});

test('the pipeline authorises by the viewer that the context names', async () => {
  const { post, seen } = await start();
  const query = 'query Mine { me { name } }';
  expect((await post(query, {}, { 'x-user': ADA })).body.data).toEqual({ me: { name: 'Ada' } });
  const { body } = await post(query);
  expect(body.data).toEqual({ me: null });
  expect(body.errors).toMatchObject([{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(seen).toEqual(['runs Mine', 'runs Mine', 'errors UNAUTHENTICATED']);
});

test('limits hold, with the status and the headers that they have on our own endpoint', async () => {
  const { post, toy } = await start({
    operationLimits: { cost: 20 },
    rateLimits: { rateCost: { points: 25, perSeconds: 60 } },
  });
  const query = `query Many($first: Int) { user(id: "${ADA}") { friends(first: $first) { name } } }`;
  const dear = await post(query, { first: 60 });
  expect(dear.status).toBe(400);
  expect(dear.body.errors[0].extensions).toEqual({ code: 'COST_LIMIT', limit: 'cost' });
  expect(toy.asked).toEqual([]);
  expect((await post(query, { first: 15 })).status).toBe(200);
  const often = await post(query, { first: 15 });
  expect([often.status, often.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
  expect(often.body.errors[0].extensions).toMatchObject({
    code: 'RATE_LIMITED',
    limit: 'rateCost',
  });
});

test('mistakes in operations and variables are reported as by any Apollo Server', async () => {
  const { post } = await start();
  const invalid = await post('query Bad { nope }');
  expect([invalid.status, invalid.body.errors[0].extensions.code]).toEqual([
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ]);
  const variables = await post('query Friend($id: ID!) { user(id: $id) { name } }', {});
  expect([variables.status, variables.body.errors[0].extensions.code]).toEqual([
    400,
    'BAD_USER_INPUT',
  ]);
});

/** Requests of an outcome that this process has observed so far: other tests of it ask, too. */
async function observations(outcome: string): Promise<number> {
  const name = 'graphql_server_request_duration_seconds_count';
  const rows = (await metricsText()).matchAll(
    new RegExp(`^${name}\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'gm'),
  );
  return [...rows].reduce((sum, [, count]) => sum + Number(count), 0);
}

test('every operation is a line in the log and an observation, as over our own endpoint', async () => {
  startMeasuring();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const { post } = await start({ logger: createLogger({ name: 'shop', destination }) });
  const before = [await observations('ok'), await observations('error')] as const;
  await post('query Friend($id: ID!) { user(id: $id) { name } }', { id: ADA });
  await post('query Mine { me { name } }');
  const requests = lines.map(parseStrictly).filter(({ msg }) => msg === 'request');
  const line = { transport: 'apollo', kind: 'query', requestId: expect.any(String) };
  expect(requests).toMatchObject([
    { ...line, operation: 'Friend', cost: expect.any(Number), ms: expect.any(Number) },
    { ...line, operation: 'Mine', codes: ['UNAUTHENTICATED'] },
  ]);
  expect(await observations('ok')).toBe(before[0] + 1);
  expect(await observations('error')).toBe(before[1] + 1);
});
