import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FetchRequest, SubgraphFault } from '../src/index.ts';
import { startTestSupergraph, type TestSupergraph } from '../testing/test-supergraph.ts';

/** Set by a test to make requests fail before they reach their subgraph. */
let failing: ((request: FetchRequest) => unknown) | undefined;
let shop: TestSupergraph;
const faults: string[] = [];

const coded = (message: string, code?: string) =>
  Object.assign(new Error(message), { extensions: { code, secret: 'stack at /srv/app.js' } });

beforeEach(() => {
  failing = undefined;
  faults.length = 0;
  const built = startTestSupergraph(
    [
      {
        name: 'users',
        typeDefs: `
          type Query { users: [User] must: [User!]! me: User busy(of: [ID!]): Int }
          type User @key(fields: "id") { id: ID! name: String nick: String }`,
        resolvers: {
          Query: {
            users: () => [{ id: '1' }, { id: '2' }],
            must: () => [{ id: '1' }, { id: '2' }, { id: '1' }],
            me: () => {
              throw coded('Sign in first.', 'UNAUTHENTICATED');
            },
            busy: () => {
              throw Object.assign(new Error('Too often.'), {
                extensions: {
                  code: 'RATE_LIMITED',
                  retryAfterSeconds: 7,
                  argumentPath: ['of', '0'],
                  response: { url: 'http://10.0.0.7:4001' },
                },
              });
            },
          },
          User: {
            name: ({ id }: { id: string }) => `User ${id}`,
            nick: () => {
              throw coded('select * from nicks', 'INTERNAL_SERVER_ERROR');
            },
          },
        },
      },
      {
        name: 'orders',
        typeDefs: `
          type User @key(fields: "id") { id: ID! orders: [Order!] total: Int! broken: Int }
          type Order { id: ID! lines: [Line] }
          type Line { price: Int! }`,
        resolvers: {
          User: {
            orders: ({ id }: { id: string }) => [{ id: `o${id}`, lines: [{ price: 5 }, {}] }],
            total: ({ id }: { id: string }) => {
              if (id === '2') throw coded('No total.', 'TOTAL_MISSING');
              return 5;
            },
          },
        },
      },
      {
        name: 'gifts',
        typeDefs: 'type User @key(fields: "id") { id: ID! gifts: Int }',
        resolvers: { User: { gifts: () => 1 } },
      },
    ],
    { onSubgraphFault: ({ subgraph }) => faults.push(subgraph) },
  );
  const { engine, transport } = built;
  const real = transport.execute;
  transport.execute = async (request, signal) => {
    const answer = failing?.(request);
    if (answer instanceof Error) throw answer;
    return answer === undefined ? real(request, signal) : { text: answer as string };
  };
  shop = { ...built, engine };
});
afterEach(() => {
  failing = undefined;
});

test('a subgraph that is down only affects its own part, and reveals no internal details', async () => {
  failing = ({ subgraph }) =>
    subgraph === 'orders' &&
    new SubgraphFault('SUBGRAPH_UNAVAILABLE', 'connect ECONNREFUSED http://10.0.0.7:4001/graphql');
  failing = wrap(failing);
  const { data, errors } = await shop.run('{ users { name gifts orders { id } } }');
  expect(data.users).toEqual([
    { name: 'User 1', gifts: 1, orders: null },
    { name: 'User 2', gifts: 1, orders: null },
  ]);
  expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([
    ['users', 0, 'orders'],
    ['users', 1, 'orders'],
  ]);
  expect(errors[0].extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE' });
  expect(JSON.stringify(errors)).not.toContain('10.0.0.7');
  expect(faults).toEqual(['orders']);
});

const wrap = (decide: (request: FetchRequest) => unknown) => (request: FetchRequest) =>
  decide(request) || undefined;

test('a root field of a subgraph that is too slow is null, with its own path', async () => {
  failing = wrap(
    ({ subgraph }) => subgraph === 'users' && new SubgraphFault('SUBGRAPH_TIMEOUT', 'late'),
  );
  const { data, errors } = await shop.run('{ all: users { name } me { name } }');
  expect(data).toEqual({ all: null, me: null });
  expect(errors).toEqual([
    { message: expect.any(String), path: ['all'], extensions: { code: 'SUBGRAPH_TIMEOUT' } },
    { message: expect.any(String), path: ['me'], extensions: { code: 'SUBGRAPH_TIMEOUT' } },
  ]);
});

test('an error meant for clients keeps its code and message, but nothing else', async () => {
  const { data, errors } = await shop.run('{ me { name } users { id } }');
  expect(data).toEqual({ me: null, users: [{ id: '1' }, { id: '2' }] });
  expect(errors).toEqual([
    { message: 'Sign in first.', path: ['me'], extensions: { code: 'UNAUTHENTICATED' } },
  ]);
});

test('an error for clients keeps its data to act on', async () => {
  const { errors } = await shop.run('{ idle: busy(of: ["1"]) }');
  expect(errors).toEqual([
    {
      message: 'Too often.',
      path: ['idle'],
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 7, argumentPath: ['of', '0'] },
    },
  ]);
});

test('an unexpected error is masked and carries the request id', async () => {
  const { errors } = await shop.run('{ users { nick } }');
  expect(errors[0]).toEqual({
    message: 'This part of the graph could not answer.',
    path: ['users', 0, 'nick'],
    extensions: { code: 'SUBGRAPH_ERROR', requestId: 'test' },
  });
  expect(JSON.stringify(errors)).not.toContain('nicks');
});

test('an error about an entity is reported at every place where the entity appears', async () => {
  const { data, errors } = await shop.run('{ users { again: id total } me { id } }');
  expect(data.users).toEqual([{ again: '1', total: 5 }, null]);
  expect(errors).toContainEqual({
    message: 'No total.',
    path: ['users', 1, 'total'],
    extensions: { code: 'TOTAL_MISSING' },
  });
  const twice = await shop.run('{ a: users { total } b: users { total } }');
  expect(twice.errors.map(({ path }: { path: unknown }) => path)).toEqual([
    ['a', 1, 'total'],
    ['b', 1, 'total'],
  ]);
});

test('a null where none may be takes its parents with it, up to the first that may be null', async () => {
  const { data, errors } = await shop.run('{ must { name orders { lines { price } } } }');
  expect(data.must[0]).toEqual({ name: 'User 1', orders: [{ lines: [{ price: 5 }, null] }] });
  // The same user appears in two places, so the error does too.
  expect(errors.map(({ path }: { path: unknown }) => path)).toEqual([
    ['must', 0, 'orders', 0, 'lines', 1, 'price'],
    ['must', 2, 'orders', 0, 'lines', 1, 'price'],
    ['must', 1, 'orders', 0, 'lines', 1, 'price'],
  ]);
  const none = await shop.run('{ must { total } }');
  expect(none.data).toBeNull();
});

test('a missing value that nothing explains is an error of its own', async () => {
  failing = wrap(
    ({ subgraph }) => subgraph === 'orders' && '{"data":{"_entities":[{"total":null},{}]}}',
  );
  const { data, errors } = await shop.run('{ users { total } }');
  expect(data).toEqual({ users: [null, null] });
  expect(errors).toEqual(
    [0, 1].map((index) => ({
      message: 'Cannot return null for non-nullable field User.total.',
      path: ['users', index, 'total'],
      extensions: { code: 'INVALID_ANSWER' },
    })),
  );
});

test.each([
  ['no JSON', '<html>'],
  ['a cut answer', '{"data":{"users":[{"__typename":"User","id":"1"'],
  ['no object', '[]'],
  ['neither data nor errors', '{"message":"hello"}'],
  ['a leaf where an object should be', '{"data":{"users":"none"}}'],
])('an answer that is %s is a fault of its subgraph', async (_, text) => {
  failing = wrap(({ subgraph }) => subgraph === 'users' && text);
  const { data, errors } = await shop.run('{ users { name } }');
  expect(data).toEqual({ users: null });
  expect(errors[0]).toEqual({
    message: expect.any(String),
    path: ['users'],
    extensions: { code: 'SUBGRAPH_ERROR' },
  });
  expect(faults).toEqual(['users']);
});

test('values of the wrong kind do not reach the client', async () => {
  failing = wrap(
    ({ subgraph }) =>
      subgraph === 'users' &&
      '{"data":{"users":[{"name":{"first":"A"}},{"name":7},{"name":"ok"}]}}',
  );
  const { data } = await shop.run('{ users { name } }');
  expect(data).toEqual({ users: [{ name: null }, { name: null }, { name: 'ok' }] });
});

test('fetches that travel together and fail together are tried apart', async () => {
  let calls = 0;
  failing = ({ subgraph, query }) => {
    if (subgraph !== 'orders') return undefined;
    calls += 1;
    if (query.includes('e1:')) return '{"data":null,"errors":[{"message":"all of it"}]}';
    return query.includes('orders') ? '{"data":null,"errors":[{"message":"orders"}]}' : undefined;
  };
  const { data, errors } = await shop.run('{ a: users { orders { id } } b: users { total } }');
  expect(data.a).toEqual([{ orders: null }, { orders: null }]);
  expect(errors.length).toBeGreaterThan(0);
  expect(calls).toBe(3);
});

test('no more errors are reported than the limit allows', async () => {
  const many = JSON.stringify({
    data: { users: [] },
    errors: Array.from({ length: 500 }, (_, index) => ({
      message: `no ${index}`,
      path: ['users', index],
      extensions: { code: 'TOO_MANY' },
    })),
  });
  failing = wrap(({ subgraph }) => subgraph === 'users' && many);
  const { errors } = await shop.run('{ users { name } }');
  expect(errors).toHaveLength(50);
});
