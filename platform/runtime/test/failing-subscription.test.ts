import { expect, test } from 'vitest';
import { type Logger, silentLogger } from '../src/process/logging.ts';
import { createSubgraph } from '../src/subgraph/subgraph.ts';

test('a subscription whose source fails ends with one masked error, not with an exception', async () => {
  const logged: unknown[] = [];
  const logger = Object.assign(Object.create(silentLogger) as Logger, {
    child: () => logger,
    error: (entry: unknown) => logged.push(entry),
  });
  const subgraph = await createSubgraph({
    name: 'failing',
    typeDefs: 'type Query { ok: Boolean } type Subscription { count: Int }',
    resolvers: {
      Subscription: {
        count: {
          subscribe: async function* () {
            yield { count: 1 };
            throw new Error('password=secret of the database');
          },
        },
      },
    },
    createContext: (request) => request,
    startWorker: () => ({ close: async () => {} }),
    ready: async () => {},
    close: async () => {},
    logger,
  });
  const identity = { viewer: null, requestId: 'req_1' };
  const results = await subgraph.subscribe({ query: 'subscription { count }', identity });
  const received: unknown[] = [];
  for await (const result of results as AsyncIterable<unknown>) received.push(result);
  expect(JSON.parse(JSON.stringify(received))).toEqual([
    { data: { count: 1 } },
    {
      errors: [
        {
          message: 'Something went wrong on our side.',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req_1' },
        },
      ],
    },
  ]);
  expect(logged).toHaveLength(1);
  await subgraph.close();
});
