import { expect, onTestFinished, test, vi } from 'vitest';
import { type ExecutionContext, type PreparedOperation, planText } from '../src/index.ts';
import { PlanProgress } from '../src/run/progress.ts';
import { dataOf, inParts, merged } from '../testing/parts.ts';
import { startTestSupergraph } from '../testing/test-supergraph.ts';
import { deliverBeforeFetched } from './mutants/deliver-before-fetched.ts';

const fails = () => {
  throw Object.assign(new Error('Not today.'), { extensions: { code: 'NOT_TODAY' } });
};

/** A shop whose reviews can be held back; what is asked for is noted in its order. */
function startShop() {
  const products = ['1', '2', '3'].map((id) => ({ id, name: `Product ${id}`, page: { text: id } }));
  let held: Promise<void> = Promise.resolve();
  let release = () => {};
  const shop = startTestSupergraph([
    {
      name: 'products',
      typeDefs: `
        type Query { products: [Product!]! product(id: ID!): Product version: Int! broken: Broken }
        type Mutation { rename(id: ID!, name: String!): Product }
        type Subscription { renamed: Product }
        type Product @key(fields: "id") { id: ID! name: String! page: Page! failing: String }
        type Page { text: String! failing: String }
        type Broken { product: Product }`,
      resolvers: {
        Query: {
          products: () => products,
          product: (_: unknown, { id }: { id: string }) => products.find((it) => it.id === id),
          version: () => 7,
          broken: () => ({ product: products[0] }),
        },
        Mutation: { rename: (_: unknown, { id, name }: Record<string, string>) => ({ id, name }) },
        Product: {
          __resolveReference: ({ id }: { id: string }) => products[Number(id) - 1],
          failing: fails,
        },
        Page: { failing: fails },
      },
    },
    {
      name: 'reviews',
      typeDefs: `
        type Product @key(fields: "id") { id: ID! reviews: [Review!]! best: Review! average: Float }
        type Review @key(fields: "id") { id: ID! text: String! author: User }
        type User @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Review: {
          __resolveReference: ({ id }: { id: string }) => ({ id, author: { id: '9' } }),
        },
        Product: {
          __resolveReference: async ({ id }: { id: string }) => {
            await held;
            return { id };
          },
          reviews: ({ id }: { id: string }) => [
            { id: `${id}a`, text: 'Good', author: { id: '9' } },
          ],
          best: ({ id }: { id: string }) => (id === '2' ? null : { id: `${id}a`, text: 'Good' }),
          average: ({ id }: { id: string }) => (id === '3' ? fails() : 4.5),
        },
      },
    },
    {
      name: 'users',
      typeDefs: 'type User @key(fields: "id") { id: ID! name: String }',
      resolvers: {
        User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Ada' }) },
      },
    },
  ]);
  return {
    ...shop,
    hold: () => {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
    prepared: (text: string) => shop.engine.prepare(text) as PreparedOperation,
    parts: (text: string, variables?: Record<string, unknown>, context?: ExecutionContext) =>
      inParts(shop.engine, shop.engine.prepare(text) as PreparedOperation, variables, context),
  };
}

const REVIEWS = '... @defer(label: "Reviews") { reviews { text } }';

test('the first part does not wait for deferred ones', async () => {
  const { hold, release, engine, prepared, requestsTo } = startShop();
  hold();
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    engine.answerInParts(
      prepared(`{ product(id: "1") { name ${REVIEWS} } }`),
      {},
      { requestId: 'test' },
      {
        first: ({ body, pending, status }) => {
          order.push('first');
          expect(status).toBe(200);
          expect(JSON.parse(body)).toEqual({ data: { product: { name: 'Product 1' } } });
          expect(pending).toEqual([{ id: '0', path: ['product'], label: 'Reviews' }]);
          release();
        },
        later: ({ results, isLast }) => {
          order.push('later');
          expect(results).toMatchObject([
            { id: '0', path: ['product'], label: 'Reviews', errors: [] },
          ]);
          expect(JSON.parse(dataOf(results[0]) ?? '')).toEqual({ reviews: [{ text: 'Good' }] });
          expect(isLast).toBe(true);
          resolve();
        },
      },
    );
  });
  expect(order).toEqual(['first', 'later']);
  expect(requestsTo('reviews')).toHaveLength(1);
});

test('each object of a list has its part, and all are fetched by one request', async () => {
  const { parts, requestsTo } = startShop();
  const { first, batches } = await parts(`{ products { name ${REVIEWS} } }`);
  expect(first.pending.map(({ path }) => path)).toEqual([
    ['products', 0],
    ['products', 1],
    ['products', 2],
  ]);
  expect(batches.flatMap(({ results }) => results).map(({ path }) => path)).toEqual(
    first.pending.map(({ path }) => path),
  );
  expect(requestsTo('reviews')).toHaveLength(1);
});

test('a nested deferred part is announced by its parent, and arrives after it', async () => {
  const { parts } = startShop();
  const text = `{ product(id: "1") { name
    ... @defer(label: "Reviews") { reviews { text ... @defer(label: "Author") { author { name } } } } } }`;
  const { first, batches } = await parts(text);
  expect(first.pending.map(({ label }) => label)).toEqual(['Reviews']);
  const announced = batches.flatMap(({ pending }) => pending);
  expect(announced).toMatchObject([{ path: ['product', 'reviews', 0], label: 'Author' }]);
  expect(batches.flatMap(({ results }) => results).map(({ label }) => label)).toEqual([
    'Reviews',
    'Author',
  ]);
  expect(merged({ first, batches }).data).toEqual({
    product: { name: 'Product 1', reviews: [{ text: 'Good', author: { name: 'Ada' } }] },
  });
});

test('a null that may not be takes its part and nothing that was sent before', async () => {
  const { parts, run } = startShop();
  const text = `{ products { name ... @defer(label: "Best") { best { text } } } }`;
  expect(await run(text)).toMatchObject({ data: null });
  const { first, batches } = await parts(text);
  expect(JSON.parse(first.body)).toMatchObject({ data: { products: [{}, {}, {}] } });
  const [, second, third] = batches.flatMap(({ results }) => results);
  expect(second).toMatchObject({
    data: null,
    errors: [{ path: ['products', 1, 'best'] }],
  });
  expect(third).toMatchObject({ errors: [] });
  expect(dataOf(third)).toEqual(expect.any(String));
});

test('errors are sent with the part in which they are', async () => {
  const { parts } = startShop();
  const { first, batches } = await parts(
    '{ products { failing ... @defer { average page { failing } } } }',
  );
  const paths = (errors: readonly { path?: readonly unknown[] }[] = []) =>
    errors.map(({ path }) => path);
  expect(paths(JSON.parse(first.body).errors)).toEqual(
    [0, 1, 2].map((index) => ['products', index, 'failing']),
  );
  const results = batches.flatMap(({ results }) => results);
  expect(results.map(({ errors }) => paths(errors))).toEqual([
    [['products', 0, 'page', 'failing']],
    [['products', 1, 'page', 'failing']],
    expect.arrayContaining([
      ['products', 2, 'page', 'failing'],
      ['products', 2, 'average'],
    ]),
  ]);
});

test('a part that a null removes says why', async () => {
  const { engine } = startTestSupergraph([
    {
      name: 'a',
      typeDefs: `type Query { things: [Thing!]! }
        type Thing @key(fields: "id") { id: ID! weight: Int }`,
      resolvers: {
        Query: { things: () => [{ id: '1' }] },
        Thing: { __resolveReference: ({ id }: { id: string }) => ({ id }), weight: fails },
      },
    },
    {
      name: 'away',
      typeDefs: 'type Thing @key(fields: "id") { id: ID! may: Int more: Int }',
      resolvers: { Thing: { __resolveReference: fails } },
    },
    {
      name: 'post',
      typeDefs: `type Thing @key(fields: "id") {
        id: ID! weight: Int @external postage: Int @requires(fields: "weight")
      }`,
      resolvers: { Thing: { postage: () => null } },
    },
  ]);
  const pathsOf = async (query: string) => {
    const { errors } = merged(await inParts(engine, engine.prepare(query) as PreparedOperation));
    return errors.map(({ path }) => path);
  };
  expect(await pathsOf('{ things { id ... @defer { may more } } }')).toEqual([['things', 0]]);
  // Nobody asked for the weight, but without it there is no postage.
  expect(await pathsOf('{ things { id ... @defer { postage } } }')).toEqual([
    ['things', 0, 'weight'],
  ]);
});

test('a subgraph that is away is reported once for each object, and nothing else is lost', async () => {
  const down = startTestSupergraph([
    {
      name: 'a',
      typeDefs: 'type Query { things: [Thing!]! } type Thing @key(fields: "id") { id: ID! }',
      resolvers: { Query: { things: () => [{ id: '1' }, { id: '2' }] } },
    },
    {
      name: 'b',
      typeDefs: 'type Thing @key(fields: "id") { id: ID! must: Int! may: Int }',
      resolvers: {
        Thing: {
          __resolveReference: () => {
            throw new Error('away');
          },
        },
      },
    },
  ]);
  const prepared = down.engine.prepare(
    '{ things { id ... @defer { must } ... @defer { may } } }',
  ) as PreparedOperation;
  const { first, batches } = await inParts(down.engine, prepared);
  expect(JSON.parse(first.body)).toEqual({ data: { things: [{ id: '1' }, { id: '2' }] } });
  const results = batches.flatMap(({ results }) => results);
  expect(results).toHaveLength(4);
  for (const result of results) {
    const { errors } = result;
    const data = dataOf(result);
    expect(data === null || data === '{"may":null}').toBe(true);
    if (data === null) expect(errors).not.toEqual([]);
  }
});

test('nothing is deferred with `if: false`, or for clients that do not accept parts', async () => {
  const { parts, run } = startShop();
  const text = `query ($slow: Boolean) { product(id: "1") { name ... @defer(if: $slow) { reviews { text } } } }`;
  const whole = { product: { name: 'Product 1', reviews: [{ text: 'Good' }] } };
  expect(await run(text, { slow: true })).toEqual({ data: whole });
  const now = await parts(text, { slow: false });
  expect(now.batches).toEqual([]);
  expect(JSON.parse(now.first.body)).toEqual({ data: whole });
  for (const variables of [{}, { slow: true }]) {
    const later = await parts(text, variables);
    expect(later.first.pending).toHaveLength(1);
    expect(merged(later).data).toEqual(whole);
  }
});

test('an object without a key comes at once, since it cannot be fetched again', async () => {
  const { parts, requests } = startShop();
  const { first, batches } = await parts(
    '{ broken { __typename ... @defer { product { name } } } }',
  );
  expect(batches.length).toBeLessThanOrEqual(1);
  expect(merged({ first, batches }).data).toEqual({
    broken: { __typename: 'Broken', product: { name: 'Product 1' } },
  });
  expect(requests.length).toBeLessThanOrEqual(2);
});

test('a mutation finishes before deferred parts of its answer are fetched', async () => {
  const { parts, requests } = startShop();
  const text = `mutation { rename(id: "1", name: "New") { name ${REVIEWS} } }`;
  const { first, batches } = await parts(text);
  expect(JSON.parse(first.body).data).toEqual({ rename: { name: 'New' } });
  expect(batches).toHaveLength(1);
  expect(requests.map(({ query }) => query.startsWith('mutation'))).toEqual([true, false]);
});

test('once a client has gone nothing more is asked for', async () => {
  const leaving = new AbortController();
  const asked: string[] = [];
  const { engine } = startTestSupergraph(
    [
      {
        name: 'a',
        typeDefs: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }',
      },
      {
        name: 'b',
        typeDefs:
          'type Thing @key(fields: "id") { id: ID! slow: Other } type Other @key(fields: "id") { id: ID! }',
      },
      { name: 'c', typeDefs: 'type Other @key(fields: "id") { id: ID! name: String }' },
    ],
    {
      transport: {
        execute: (request, signal) =>
          new Promise((resolve, reject) => {
            asked.push(request.subgraph);
            if (request.subgraph === 'a')
              resolve({ text: '{"data":{"thing":{"__typename":"Thing","id":"1"}}}' });
            signal?.addEventListener('abort', () => reject(new Error('gone')));
          }),
      },
    },
  );
  const prepared = engine.prepare(
    '{ thing { id ... @defer { slow { name } } } }',
  ) as PreparedOperation;
  await new Promise<void>((resolve) => {
    engine.answerInParts(
      prepared,
      {},
      { requestId: 'test', signal: leaving.signal },
      {
        first: () => leaving.abort(),
        later: ({ isLast }) => {
          if (isLast) resolve();
        },
      },
    );
  });
  expect(asked).toEqual(['a', 'b']);
});

test('misplaced @defer is refused before anything runs', () => {
  const { engine } = startShop();
  const many = Array.from(
    { length: 33 },
    (_, n) => `a${n}: product(id: "1") { ... @defer { name } }`,
  );
  const doubling = Array.from(
    { length: 8 },
    (_, n) => `fragment F${n} on Product { ...F${n + 1} ... on Product { ...F${n + 1} } }`,
  );
  const cases: Record<string, string> = {
    'query ($l: String) { product(id: "1") { ... @defer(label: $l) { name } } }':
      'GRAPHQL_VALIDATION_FAILED',
    '{ a: product(id: "1") { ... @defer(label: "x") { name } } b: product(id: "1") { ... @defer(label: "x") { name } } }':
      'GRAPHQL_VALIDATION_FAILED',
    'mutation { ... @defer { rename(id: "1", name: "x") { name } } }': 'GRAPHQL_VALIDATION_FAILED',
    'subscription { renamed { ... @defer { name } } }': 'OPERATION_NOT_SUPPORTED',
    'subscription { renamed { ...F } } fragment F on Product { ... @defer { name } }':
      'OPERATION_NOT_SUPPORTED',
    [`{ ${many.join(' ')} }`]: 'DEFER_LIMIT',
    [`{ product(id: "1") { ...F0 } } ${doubling.join(' ')} fragment F8 on Product { ... @defer { name } }`]:
      'DEFER_LIMIT',
  };
  for (const [text, code] of Object.entries(cases)) {
    const prepared = engine.prepare(text);
    expect(prepared, text).toMatchObject({ kind: 'failed', errors: [{ extensions: { code } }] });
  }
  const fine = 'subscription { renamed { ... @defer(if: false) { name } } }';
  expect(engine.prepare(fine).kind).toBe('prepared');
});

test('a plan tells which fetches are deferred, and after which ones', async () => {
  const { prepared } = startShop();
  const outline = await prepared(`{ product(id: "1") { name ${REVIEWS} } }`).outline();
  const [first, second] = outline?.fetches ?? [];
  expect(first).toMatchObject({ subgraph: 'products', after: [] });
  expect(first).not.toHaveProperty('deferred');
  expect(second).toMatchObject({ subgraph: 'reviews', after: [1], deferred: 'Reviews' });
  expect(outline && planText(outline)).toContain(
    '2. reviews, deferred: Reviews, after 1, for product',
  );
});

test('the mutant that delivers a part before it was fetched is caught', async () => {
  const { parts } = startShop();
  const text = `{ product(id: "1") { name ${REVIEWS} } }`;
  const whole = { product: { name: 'Product 1', reviews: [{ text: 'Good' }] } };
  expect(merged(await parts(text)).data).toEqual(whole);
  const isDone = vi
    .spyOn(PlanProgress.prototype, 'isDone')
    .mockImplementation(deliverBeforeFetched);
  onTestFinished(() => isDone.mockRestore());
  expect(merged(await parts(text)).data).not.toEqual(whole);
});
