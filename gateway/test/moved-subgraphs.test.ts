import { setTimeout as delay } from 'node:timers/promises';
import type { SubgraphResponse } from '@souk/engine';
import { silentLogger } from '@souk/runtime/process';
import { createSubgraph, type Subgraph } from '@souk/runtime/subgraph';
import { until } from '@souk/testkit';
import { OperationTypeNode } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { createTransport } from '../src/upstream/transport.ts';
import { createViewerBatch } from '../src/upstream/viewer-batch.ts';
import { UpstreamLost } from '../src/upstream/websocket/upstream-sockets.ts';
import { serveToy, testSigner } from './support/serve-toy.ts';

// A reload gives a subgraph another address, or none, while the gateway is at work.

const placed = (place: string, answered: () => Promise<void>): Promise<Subgraph> =>
  createSubgraph({
    name: 'toy',
    typeDefs: `type Query { where: String } type Mutation { move: String }
      type Subscription { wheres: String }`,
    resolvers: {
      Query: { where: () => place },
      Mutation: {
        move: async () => {
          await answered();
          return place;
        },
      },
      Subscription: {
        wheres: {
          subscribe: async function* () {
            for (;;) {
              yield { wheres: place };
              await delay(5);
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

async function movingToy() {
  let leave = () => {};
  const isLeft = new Promise<void>((resolve) => {
    leave = resolve;
  });
  let isAsked = false;
  const here = await serveToy(
    await placed('here', async () => {
      isAsked = true;
      await isLeft;
    }),
  );
  const there = await serveToy(await placed('there', async () => {}));
  let url: string | undefined = here.url;
  const transport = createTransport({
    local: () => undefined,
    urlOf: () => {
      if (url === undefined) throw new Error('no address');
      return url;
    },
    sign: await testSigner(),
  });
  onTestFinished(async () => {
    await transport.close();
    await Promise.all([here.close(), there.close()]);
  });
  const ask = (field: 'where' | 'move') => {
    const query = field === 'move' ? 'mutation { move }' : '{ where }';
    const request = {
      subgraph: 'toy',
      query,
      operationType: field === 'move' ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY,
      bodyText: JSON.stringify({ query }),
      context: { requestId: 'req-1', viewer: null },
    };
    return new Promise<SubgraphResponse>((answered, failed) =>
      transport.send(request, undefined, { answered, failed }),
    );
  };
  return {
    transport,
    ask,
    isAsked: () => isAsked,
    leave,
    moveTo: (to: 'there' | 'nowhere') => {
      url = to === 'there' ? there.url : undefined;
    },
  };
}

test('requests under way are answered at the old address, later ones at the new one', async () => {
  const toy = await movingToy();
  const moving = toy.ask('move');
  await until(toy.isAsked);
  toy.moveTo('there');
  expect(JSON.stringify(await toy.ask('where'))).toContain('there');
  toy.leave();
  expect(JSON.stringify(await moving)).toContain('here');
});

test('a subgraph without an address is a fault of its own, for a batch as well', async () => {
  const toy = await movingToy();
  toy.moveTo('nowhere');
  await expect(toy.ask('where')).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  const batch = createViewerBatch();
  const failed = new Promise((resolve) =>
    batch.add({ request: {} as never, receiver: { answered: () => {}, failed: resolve } }, () => {
      throw new Error('no address');
    }),
  );
  expect(await failed).toMatchObject({ message: 'no address' });
});

test('a stream at the old address is lost at once, and continues at the new one', async () => {
  const toy = await movingToy();
  const { signal } = new AbortController();
  const subscribe = () =>
    toy.transport.subscribe(
      {
        subgraph: 'toy',
        query: 'subscription { wheres }',
        operationType: OperationTypeNode.SUBSCRIPTION,
        bodyText: '',
        context: { requestId: 'req-1', viewer: null },
      },
      signal,
    );
  const before = await subscribe();
  expect(JSON.stringify(await before.next())).toContain('here');
  toy.moveTo('there');
  toy.transport.followAddresses();
  await expect(
    (async () => {
      for await (const _ of before);
    })(),
  ).rejects.toBeInstanceOf(UpstreamLost);
  const after = await subscribe();
  expect(JSON.stringify(await after.next())).toContain('there');
  await after.return?.();
});
