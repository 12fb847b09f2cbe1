import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@souk/runtime/process';
import { createSubgraph, type Subgraph } from '@souk/runtime/subgraph';
import { openLine, until } from '@souk/testkit';
import { OperationTypeNode } from 'graphql';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createTransport, type GatewayTransport } from '../src/upstream/transport.ts';
import { UpstreamLost } from '../src/upstream/websocket/upstream-sockets.ts';
import { serveToy, testSigner } from './support/serve-toy.ts';

/** Streams open at the subgraph. */
let open = 0;
let toy: Subgraph;
beforeAll(async () => {
  toy = await createSubgraph({
    name: 'toy',
    typeDefs:
      'type Query { ok: Boolean } type Subscription { few: Int, broken: Int, lasting: Int }',
    resolvers: {
      Subscription: {
        few: {
          subscribe: async function* () {
            yield { few: 1 };
            yield { few: 2 };
          },
        },
        broken: {
          subscribe: async function* () {
            yield { broken: 1 };
            throw new Error('the log is gone');
          },
        },
        lasting: {
          subscribe: async function* () {
            open += 1;
            try {
              for (let count = 1; ; count += 1) {
                yield { lasting: count };
                await delay(5);
              }
            } finally {
              open -= 1;
            }
          },
        },
      },
    },
    createContext: (request) => request,
    startWorker: () => ({ close: async () => {} }),
    ready: async () => {},
    close: async () => {},
    logger: silentLogger,
  });
});

async function transportTo(place: string): Promise<GatewayTransport> {
  const served = place === 'over a socket' ? await serveToy(toy) : null;
  const transport = createTransport({
    local: (name) => (served || name !== 'toy' ? undefined : toy),
    urlOf: () => served?.url ?? '',
    sign: await testSigner(),
  });
  onTestFinished(async () => {
    await transport.close();
    await served?.close();
  });
  return transport;
}

const subscribe = (transport: GatewayTransport, field: string, signal: AbortSignal) =>
  transport.subscribe(
    {
      subgraph: 'toy',
      query: `subscription { ${field} }`,
      operationType: OperationTypeNode.SUBSCRIPTION,
      bodyText: '',
      context: { requestId: 'req-1', viewer: null },
    },
    signal,
  );
const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe.each(['in this process', 'over a socket'])('upstream subscriptions %s', (place) => {
  test.each(['few', 'broken'])('that end (%s) leave nothing at the stream', async (field) => {
    const transport = await transportTo(place);
    const { signal } = new AbortController();
    for (let opened = 0; opened < 3; opened += 1) {
      let seen = 0;
      try {
        for await (const _ of await subscribe(transport, field, signal)) seen += 1;
      } catch {
        // Broken, as it should be.
      }
      expect(seen).toBeGreaterThan(0);
      expect(listenersOf(signal)).toBe(0);
    }
  });

  test('that are left do so, too', async () => {
    const transport = await transportTo(place);
    const { signal } = new AbortController();
    for (let opened = 0; opened < 3; opened += 1) {
      for await (const _ of await subscribe(transport, 'lasting', signal)) break;
      expect(listenersOf(signal)).toBe(0);
    }
    await until(() => open === 0);
  });

  test('end with their stream, whatever still waits for it', async () => {
    const transport = await transportTo(place);
    const controller = new AbortController();
    const events = await subscribe(transport, 'lasting', controller.signal);
    await events.next();
    expect(listenersOf(controller.signal)).toBe(1);
    await delay(30);
    controller.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await until(() => open === 0);
  });
});

test('upstream subscriptions that are lost, or cannot be opened, leave nothing at the stream', async () => {
  const served = await serveToy(toy);
  await using line = await openLine(served.url);
  const transport = createTransport({
    local: () => undefined,
    urlOf: () => line.url,
    sign: await testSigner(),
  });
  onTestFinished(async () => {
    await transport.close();
    await served.close();
  });
  const { signal } = new AbortController();
  for (let round = 0; round < 12; round += 1) {
    const events = await subscribe(transport, 'lasting', signal);
    await events.next();
    expect(listenersOf(signal)).toBe(1);
    line.cut();
    // What came before the loss is told first.
    await expect(
      (async () => {
        for await (const _ of events) await delay(0);
      })(),
    ).rejects.toBeInstanceOf(UpstreamLost);
    expect(listenersOf(signal)).toBe(0);
    line.breakDown();
    const refused = await subscribe(transport, 'lasting', signal);
    await expect(refused.next()).rejects.toBeInstanceOf(UpstreamLost);
    expect(listenersOf(signal)).toBe(0);
    line.mend();
  }
});
