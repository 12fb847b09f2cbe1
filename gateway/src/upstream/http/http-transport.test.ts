import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { FetchRequest } from '@souk/engine';
import { OperationTypeNode } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import type { GatewayContext } from '../context.ts';
import { createHttpTransport } from './http-transport.ts';
import type { BreakerChange, ResilienceOptions } from './resilience.ts';

const ANSWER = '{"data":{"done":true}}';
const HEAD = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${ANSWER.length}\r\n\r\n`;

/** What there is for a slow machine: these tests count attempts, and not their time. */
const FOR_LONG = 60_000;

/** A subgraph of which each request resets its connection, until `resets` of them have. */
async function behindResets(resets: number, resilience: Partial<ResilienceOptions> = {}) {
  const seen = { requests: 0, changes: [] as BreakerChange['state'][], resets };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {
      seen.requests += 1;
      if (seen.requests <= seen.resets) socket.resetAndDestroy();
      else socket.write(HEAD + ANSWER);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = createHttpTransport({
    urlOf: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    queryTimeoutMs: FOR_LONG,
    mutationTimeoutMs: FOR_LONG,
    resilience: { resetsAreBriefForMs: FOR_LONG, breakerMinimumRps: 1, ...resilience },
    onBreaker: (_, { state }) => seen.changes.push(state),
  });
  onTestFinished(async () => {
    await transport.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const codeOf = (request: FetchRequest<GatewayContext>): Promise<string> =>
    transport.execute(request).then(
      () => 'answered',
      ({ code }) => code,
    );
  return { seen, codeOf };
}

const request = (query: string, operationType: OperationTypeNode) =>
  ({
    subgraph: 'till',
    query,
    operationType,
    bodyText: JSON.stringify({ query }),
    context: { requestId: 'r', viewer: null },
  }) as unknown as FetchRequest<GatewayContext>;
const QUERY = request('{ done }', OperationTypeNode.QUERY);
const WITH_KEY = request('mutation { pay(idempotencyKey: "k") }', OperationTypeNode.MUTATION);
const WITHOUT_KEY = request('mutation { tip(amount: 1) }', OperationTypeNode.MUTATION);

test.each([
  ['a query', QUERY],
  ['a mutation with a key', WITH_KEY],
])(
  '%s is answered, however many of its connections were reset one after another',
  async (_, it) => {
    const { seen, codeOf } = await behindResets(5);
    expect(await codeOf(it)).toBe('answered');
    expect(seen.requests).toBe(6);
  },
);

test('a mutation without a key is sent once, whatever becomes of its connection', async () => {
  const { seen, codeOf } = await behindResets(1);
  expect(await codeOf(WITHOUT_KEY)).toBe('SUBGRAPH_UNAVAILABLE');
  expect(seen.requests).toBe(1);
});

test('connections that are reset do not open the breaker of a subgraph that answers', async () => {
  const { seen, codeOf } = await behindResets(40);
  for (let sent = 0; sent < 40; sent += 1) await codeOf(WITHOUT_KEY);
  expect(seen.requests).toBe(40);
  expect(await codeOf(QUERY)).toBe('answered');
  expect(seen.changes).toEqual([]);
});

test('a subgraph that gives nothing except resets for some time is left alone', async () => {
  const { seen, codeOf } = await behindResets(Number.POSITIVE_INFINITY, {
    resetsAreBriefForMs: 50,
  });
  while (seen.changes.length === 0) await codeOf(QUERY);
  expect(seen.changes).toEqual(['open']);
});

test('resets make a gateway send a fifth more than it was asked for, beside what it has saved', async () => {
  const asked = 60;
  const { seen, codeOf } = await behindResets(Number.POSITIVE_INFINITY, {
    breakerMinimumRps: 1_000_000,
  });
  const from = performance.now();
  const codes = await Promise.all(Array.from({ length: asked }, () => codeOf(QUERY)));
  const seconds = (performance.now() - from) / 1_000;
  expect(new Set(codes)).toEqual(new Set(['SUBGRAPH_UNAVAILABLE']));
  expect(seen.requests).toBeGreaterThan(2 * asked);
  expect(seen.requests).toBeLessThanOrEqual(1.2 * asked + 100 + 10 * seconds + 1);
});
