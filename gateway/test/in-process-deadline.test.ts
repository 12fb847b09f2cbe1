import { silentLogger } from '@souk/runtime/process';
import { createSubgraph, type Subgraph } from '@souk/runtime/subgraph';
import { until } from '@souk/testkit';
import { OperationTypeNode } from 'graphql';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { createInProcessTransport } from '../src/upstream/in-process-transport.ts';

let toy: Subgraph;
/** What has begun, in the order it did. */
const begun: string[] = [];
/** Resolves what is slow. */
let goOn = () => {};

beforeAll(async () => {
  toy = await createSubgraph({
    name: 'toy',
    typeDefs: 'type Query { slow: Slow } type Slow { next: Int }',
    resolvers: {
      Query: {
        slow: () =>
          new Promise((resolve) => {
            begun.push('slow');
            goOn = () => resolve({});
          }),
      },
      Slow: {
        next: () => {
          begun.push('next');
          return 1;
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
beforeEach(() => {
  begun.length = 0;
});

const ask = (context: { deadlineAt?: number }, signal?: AbortSignal) =>
  createInProcessTransport(() => toy).execute(
    {
      subgraph: 'toy',
      query: '{ slow { next } }',
      operationType: OperationTypeNode.QUERY,
      bodyText: '',
      context: { requestId: 'req-1', viewer: null, ...context },
    },
    signal,
  );

/** Lets the subgraph do whatever it still would. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test('at the deadline the gateway stops waiting, and the subgraph begins nothing more', async () => {
  await expect(ask({ deadlineAt: Date.now() + 500 })).rejects.toMatchObject({
    code: 'SUBGRAPH_TIMEOUT',
  });
  goOn();
  await settled();
  // A machine that stood still until the deadline has begun nothing at all.
  expect(['', 'slow']).toContain(begun.join());
});

test('the same when the client has left', async () => {
  const client = new AbortController();
  const answer = ask({}, client.signal);
  await until(() => begun.length === 1);
  client.abort();
  await expect(answer).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
  goOn();
  await settled();
  expect(begun).toEqual(['slow']);
});

test('within its time a call is answered', async () => {
  const answer = ask({ deadlineAt: Date.now() + 60_000 });
  await until(() => begun.length === 1);
  goOn();
  expect(await answer).toEqual({ data: { slow: { next: 1 } } });
});
