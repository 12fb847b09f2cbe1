import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  createPlanCache,
  type ExecutionContext,
  errorsOfParts,
  type FirstPart,
  type LaterParts,
  type PartResult,
  type PreparedOperation,
} from '../src/index.ts';
import { PlanProgress } from '../src/run/progress.ts';
import { ResponseWriter } from '../src/run/response-writer.ts';
import { StreamedItems } from '../src/run/streamed-items.ts';
import { inParts, merged } from '../testing/parts.ts';
import { startTestSupergraph } from '../testing/test-supergraph.ts';
import { deliverBeforeFetched } from './mutants/deliver-before-fetched.ts';
import { loseLaterItems } from './mutants/lose-later-items.ts';
import { waitForAllItems } from './mutants/wait-for-all-items.ts';

const fails = () => {
  throw Object.assign(new Error('Not today.'), { extensions: { code: 'NOT_TODAY' } });
};
type Keyed = { id: string };

/** A shop with five products; what other subgraphs add to them can be held back. */
function startShop(options: Parameters<typeof startTestSupergraph>[1] = {}) {
  const products = ['1', '2', '3', '4', '5'].map((id) => ({ id, name: `Product ${id}` }));
  let held: Promise<void> = Promise.resolve();
  let release = () => {};
  const shop = startTestSupergraph(
    [
      {
        name: 'products',
        typeDefs: `
        type Query { products: [Product!]! shelf: Shelf tags: [String!]! rows: [[Product]] found: [Found] }
        union Found = Product | Shelf
        type Mutation { discontinue: [Product!]! refresh: Shelf }
        type Subscription { renamed: Product }
        type Shelf { id: ID! products: [Product] }
        type Product @key(fields: "id") { id: ID! name: String! failing: String twin: Product }`,
        resolvers: {
          Query: {
            products: () => products,
            shelf: () => ({ id: 's', products }),
            tags: () => ['a', 'b', 'c'],
            rows: () => [products.slice(0, 2), null, products.slice(2)],
            found: () => products.map((each) => ({ __typename: 'Product', ...each })),
          },
          Mutation: { refresh: () => ({ id: 's', products }) },
          Product: {
            __resolveReference: ({ id }: Keyed) => products[Number(id) - 1],
            failing: ({ id }: Keyed) => (id === '1' || id === '4' ? fails() : 'fine'),
            twin: ({ id }: Keyed) => products[5 - Number(id)],
          },
        },
      },
      {
        name: 'reviews',
        typeDefs: `
        type Product @key(fields: "id") {
          id: ID! reviews: [Review!]! average: Float! stars: Int critic: User
        }
        type Review @key(fields: "id") { id: ID! text: String! author: User }
        type User @key(fields: "id", resolvable: false) { id: ID! }`,
        resolvers: {
          Product: {
            __resolveReference: async ({ id }: Keyed) => {
              if (Number(id) > 2) await held;
              return { id };
            },
            reviews: ({ id }: Keyed) =>
              ['a', 'b', 'c'].map((letter) => ({
                id: `${id}${letter}`,
                text: 'Good',
                author: { id: `${id}${letter}` },
              })),
            critic: () => ({ id: '9' }),
            average: ({ id }: Keyed) => (id === '4' ? fails() : 4.5),
            stars: ({ id }: Keyed) => (id === '2' || id === '4' ? fails() : 5),
          },
        },
      },
      {
        name: 'users',
        typeDefs: 'type User @key(fields: "id") { id: ID! name: String }',
        resolvers: {
          User: {
            __resolveReference: ({ id }: Keyed) => ({ id }),
            name: ({ id }: Keyed) => (id === '9' ? fails() : `Ada ${id}`),
          },
        },
      },
    ],
    options,
  );
  const prepared = (text: string) => shop.engine.prepare(text) as PreparedOperation;
  return {
    ...shop,
    hold: () => {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
    prepared,
    parts: (text: string, variables?: Record<string, unknown>, context?: ExecutionContext) =>
      inParts(shop.engine, prepared(text), variables, context),
  };
}

type Shop = ReturnType<typeof startShop>;

/** The ids of what a subgraph was asked for, by request. */
const asked = ({ requestsTo }: Pick<Shop, 'requestsTo'>, subgraph: string): string[][] =>
  requestsTo(subgraph).map(({ variables }) =>
    (variables.representations as Keyed[]).map(({ id }) => id),
  );

const first = ({ first: { body } }: Awaited<ReturnType<Shop['parts']>>) => JSON.parse(body).data;

const itemsOf = (result: PartResult | undefined): unknown =>
  result?.kind === 'items' ? JSON.parse(result.items) : undefined;

const PAGE = '{ products @stream(initialCount: 2, label: "Products") { name reviews { text } } }';

test('the first items wait for nothing that is fetched for later ones', async () => {
  const { hold, release, engine, prepared, ...shop } = startShop();
  hold();
  const { first, later } = await new Promise<{ first: FirstPart; later: LaterParts }>((resolve) => {
    let begun: FirstPart;
    engine.answerInParts(
      prepared(PAGE),
      {},
      { requestId: 'test' },
      {
        first: (part) => {
          begun = part;
          release();
        },
        later: (batch) => resolve({ first: begun, later: batch }),
      },
    );
  });
  const reviews = [{ text: 'Good' }, { text: 'Good' }, { text: 'Good' }];
  const of = (id: number) => ({ name: `Product ${id}`, reviews });
  expect(JSON.parse(first.body)).toEqual({ data: { products: [of(1), of(2)] } });
  const announced = { id: '0', path: ['products'], label: 'Products' };
  expect(first.pending).toEqual([announced]);
  expect(later).toMatchObject({
    pending: [],
    isLast: true,
    results: [{ kind: 'items', ...announced, start: 2, end: 5, errors: [], failure: [] }],
  });
  expect(itemsOf(later.results[0])).toEqual([of(3), of(4), of(5)]);
  expect(asked(shop, 'reviews')).toEqual([
    ['1', '2'],
    ['3', '4', '5'],
  ]);
});

test('initialCount is taken from a literal, a variable or its default', async () => {
  const shop = startShop();
  const text = (count: string) =>
    `query ($n: Int = 3) { products @stream(initialCount: ${count}) { id stars } }`;
  const countOf = async (count: string, variables = {}) =>
    first(
      await shop.parts(text(count).replace(count === '$n' ? '' : '($n: Int = 3)', ''), variables),
    ).products.length;
  expect(await countOf('1')).toBe(1);
  expect(await countOf('0')).toBe(0);
  expect(await countOf('null')).toBe(0);
  expect(await countOf('$n')).toBe(3);
  expect(await countOf('$n', { n: 4 })).toBe(4);
  expect(await countOf('$n', { n: 9 })).toBe(5);
  const none = await shop.parts('{ products @stream { id } }');
  expect(first(none).products).toEqual([]);
  expect((await shop.parts(text('$n'), { n: 5 })).batches).toEqual([]);
});

test('nothing is streamed with `if: false`, or for clients that do not accept parts', async () => {
  const { parts, run } = startShop();
  const text =
    'query ($later: Boolean!) { products @stream(if: $later, initialCount: 1) { id reviews { id } } }';
  const whole = await run(text, { later: true });
  const now = await parts(text, { later: false });
  expect(now.batches).toEqual([]);
  expect(JSON.parse(now.first.body)).toEqual(whole);
  const later = await parts(text, { later: true });
  expect(later.batches).toHaveLength(1);
  expect(merged(later).data).toEqual(whole.data);
});

test('a list of lists is streamed by its outer items, and a list of scalars comes as a whole', async () => {
  const { parts, run } = startShop();
  const text = '{ rows @stream(initialCount: 1) { id reviews { id } } tags @stream { } }'.replace(
    ' { }',
    '',
  );
  const answer = await parts(text);
  expect(first(answer).rows).toHaveLength(1);
  expect(first(answer).tags).toEqual(['a', 'b', 'c']);
  expect(merged(answer).data).toEqual((await run(text)).data);
});

test('lists in streamed items, deferred fragments in them, and streamed lists in those', async () => {
  const shop = startShop();
  const text = `{
    products @stream(initialCount: 1, label: "Products") {
      id
      reviews @stream(initialCount: 1, label: "Reviews") { id author { name } }
      ... @defer(label: "Stars") { stars twin { reviews @stream(initialCount: 2) { text author { name } } } }
    }
    shelf { id ... @defer { products @stream(initialCount: 4) { id average reviews { id } } } }
  }`.replace('average', 'stars');
  const answer = await shop.parts(text);
  expect(merged(answer).data).toEqual((await shop.run(text)).data);
  expect(first(answer)).toMatchObject({
    products: [{ id: '1', reviews: [{ id: '1a', author: { name: 'Ada 1a' } }] }],
  });
  const announced = [answer.first.pending, ...answer.batches.map(({ pending }) => pending)].flat();
  const labelled = announced.map(({ label, path }) => `${label} ${path.join('.')}`);
  expect(labelled).toEqual(
    expect.arrayContaining(['Reviews products.0.reviews', 'Stars products.0']),
  );
  expect(labelled).toEqual(
    expect.arrayContaining(['Reviews products.4.reviews', 'Stars products.4']),
  );
  expect(asked(shop, 'users')[0]).toEqual(['1a']);
});

test('an entity among both the first and the later items is fetched once, with the first', async () => {
  const shop = startShop();
  // The twin of the first is the last.
  const text = '{ products @stream(initialCount: 1) { id twin { id stars } } }';
  const answer = await shop.parts(text);
  expect(first(answer).products).toEqual([{ id: '1', twin: { id: '5', stars: 5 } }]);
  expect(asked(shop, 'reviews')[0]).toEqual(['5']);
  const { data, errors } = merged(answer);
  const plain = await shop.run(text);
  expect(data).toEqual(plain.data);
  expect(errors.map(({ path }) => path)).toEqual(
    plain.errors?.map(({ path }: { path: unknown }) => path),
  );
});

test('errors arrive with their items', async () => {
  const { parts } = startShop();
  const { first: begun, batches } = await parts(
    '{ products @stream(initialCount: 2) { id failing stars } }',
  );
  const paths = (errors: readonly { path?: readonly unknown[] }[] = []) =>
    errors.map(({ path }) => path?.join('.')).sort();
  expect(paths(JSON.parse(begun.body).errors)).toEqual(['products.0.failing', 'products.1.stars']);
  expect(batches.flatMap(({ results }) => results).map(({ errors }) => paths(errors))).toEqual([
    ['products.3.failing', 'products.3.stars'],
  ]);
});

test('an error about an entity of the first items is also reported for later items with the same entity', async () => {
  const shop = startShop();
  const { first: begun, batches } = await shop.parts(
    '{ products @stream(initialCount: 1) { id critic { name } } }',
  );
  const pathOf = (index: number) => ['products', index, 'critic', 'name'];
  expect(JSON.parse(begun.body).errors).toMatchObject([{ path: pathOf(0) }]);
  const [result] = batches.flatMap(({ results }) => results);
  expect(result?.errors.map(({ path }) => path)).toEqual([1, 2, 3, 4].map(pathOf));
  expect(asked(shop, 'users')).toEqual([['9']]);
});

test('an item that is null and must not be ends its list, and takes nothing that was sent', async () => {
  const { parts, run } = startShop();
  const text = '{ products @stream(initialCount: 2) { id average failing } }';
  expect((await run(text)).data).toBeNull();
  const { first: begun, batches } = await parts(text);
  expect(JSON.parse(begun.body).data.products).toHaveLength(2);
  const [result] = batches.flatMap(({ results }) => results);
  expect(result).toMatchObject({
    kind: 'items',
    start: 2,
    end: 3,
    errors: [],
    failure: ['failing', 'average'].map((name) => ({
      path: ['products', 3, name],
      extensions: { code: 'NOT_TODAY' },
    })),
  });
  expect(itemsOf(result)).toEqual([{ id: '3', average: 4.5, failing: 'fine' }]);
  // One that may be null is.
  const shelf = '{ shelf { products @stream(initialCount: 2) { id average } } }';
  expect(merged(await parts(shelf)).data).toEqual((await run(shelf)).data);
});

test('a subgraph that is away is missed in the items that it was to complete', async () => {
  const down = startTestSupergraph([
    {
      name: 'a',
      typeDefs: 'type Query { things: [Thing!]! } type Thing @key(fields: "id") { id: ID! }',
      resolvers: { Query: { things: () => ['1', '2', '3'].map((id) => ({ id })) } },
    },
    {
      name: 'b',
      typeDefs: 'type Thing @key(fields: "id") { id: ID! must: Int! may: Int }',
      resolvers: {
        Thing: {
          __resolveReference: ({ id }: Keyed) => (id === '1' ? { id, must: 1, may: 1 } : fails()),
        },
      },
    },
  ]);
  const ask = async (text: string) =>
    await inParts(down.engine, down.engine.prepare(text) as PreparedOperation);
  const may = await ask('{ things @stream(initialCount: 1) { id may } }');
  expect(JSON.parse(may.first.body)).toEqual({ data: { things: [{ id: '1', may: 1 }] } });
  const [items] = may.batches.flatMap(({ results }) => results);
  expect(items).toMatchObject({ start: 1, end: 3, failure: [] });
  expect(items?.errors.map(({ path }) => path?.slice(0, 2))).toEqual([
    ['things', 1],
    ['things', 2],
  ]);
  const must = await ask('{ things @stream(initialCount: 1) { id must } }');
  const [ended] = must.batches.flatMap(({ results }) => results);
  expect(ended).toMatchObject({ items: '[]', start: 1, end: 1, failure: [{}] });
});

test('a list that @requires needs whole is fetched and sent whole', async () => {
  const { engine, run } = startTestSupergraph([
    {
      name: 'a',
      typeDefs: `type Query { box: Box } type Box @key(fields: "id") { id: ID! things: [Thing!]! }
        type Thing @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { box: () => ({ id: 'b', things: [{ id: '1' }, { id: '2' }] }) } },
    },
    {
      name: 'b',
      typeDefs: 'type Thing @key(fields: "id") { id: ID! weight: Int! @shareable }',
      resolvers: { Thing: { __resolveReference: ({ id }: Keyed) => ({ id, weight: Number(id) }) } },
    },
    {
      name: 'c',
      typeDefs: `type Box @key(fields: "id") {
          id: ID! things: [Thing!]! @external postage: Int @requires(fields: "things { weight }")
        }
        type Thing @key(fields: "id") { id: ID! weight: Int! @external }`,
      resolvers: {
        Box: {
          postage: ({ things }: { things: { weight: number }[] }) =>
            things.reduce((sum, { weight }) => sum + weight, 0),
        },
      },
    },
  ]);
  const text = '{ box { things @stream(initialCount: 1) { id weight } postage } }';
  const answer = await inParts(engine, engine.prepare(text) as PreparedOperation);
  expect(merged(answer).data).toEqual((await run(text)).data);
  expect(first(answer)).toMatchObject({ box: { things: [{}, {}], postage: 3 } });
});

test('a mutation may stream lists of its answer, below its root fields', async () => {
  const { parts, requests } = startShop();
  const answer = await parts(
    'mutation { refresh { products @stream(initialCount: 1) { id stars } } }',
  );
  expect(first(answer).refresh.products).toEqual([{ id: '1', stars: 5 }]);
  expect(answer.batches).toHaveLength(1);
  expect(requests.map(({ query }) => query.startsWith('mutation'))).toEqual([true, false, false]);
});

test('once a client has gone nothing is asked for later items', async () => {
  const shop = startShop();
  const { hold, engine, prepared } = shop;
  hold();
  const leaving = new AbortController();
  const text = '{ products @stream(initialCount: 2) { reviews { author { name } } } }';
  await new Promise<void>((resolve) => {
    const context = { requestId: 'test', signal: leaving.signal };
    engine.answerInParts(prepared(text), {}, context, {
      first: () => {
        leaving.abort();
        resolve();
      },
      later: () => {},
    });
  });
  for (let n = 0; n < 20; n += 1) await turn();
  expect(asked(shop, 'users')).toHaveLength(1);
});

test('where the engine itself fails, each part that the client knows of ends, and no other', async () => {
  const { engine, prepared } = startShop();
  const text = `{ products @stream(initialCount: 1) { id reviews @stream(initialCount: 1) { id } }
    shelf { id ... @defer(label: "Shelf") { products { stars } } } }`;
  const fault = vi.spyOn(ResponseWriter.prototype, 'textFrom');
  onTestFinished(() => fault.mockRestore());
  let ids: string[] = [];
  const last = await new Promise<LaterParts>((resolve) => {
    engine.answerInParts(
      prepared(text),
      {},
      { requestId: 'test' },
      {
        first: ({ pending }) => {
          ids = pending.map(({ id }) => id);
          fault.mockImplementation(() => {
            throw new Error('Out of order.');
          });
        },
        later: resolve,
      },
    );
  });
  expect(ids).toHaveLength(3);
  expect(last).toMatchObject({ pending: [], isLast: true });
  expect(last.results.map(({ id }) => id).sort()).toEqual(ids);
  for (const error of errorsOfParts(last)) {
    expect(error).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  }
  expect(errorsOfParts(last)).toHaveLength(3);
});

test('one plan serves it streamed or not, with any initialCount', async () => {
  const lookUps: boolean[] = [];
  const plans = createPlanCache({ onLookUp: (isKnown) => lookUps.push(isKnown) });
  const { parts, run } = startShop({ plans });
  const text = (stream: string) => `{ products ${stream} { id reviews { text } } }`;
  const whole = await run(text(''));
  for (const stream of ['@stream(initialCount: 1)', '@stream(initialCount: 2, label: "x")']) {
    const answer = await parts(text(stream));
    expect(answer.batches).toHaveLength(1);
    expect(merged(answer).data).toEqual(whole.data);
    expect(await run(text(stream))).toEqual(whole);
  }
  expect(lookUps).toEqual([false, true, true, true, true]);
});

test('misplaced @stream is refused before anything runs', async () => {
  const { engine, run, requests } = startShop();
  const many = Array.from({ length: 33 }, (_, n) => `a${n}: products @stream { id }`);
  const cases: Record<string, string> = {
    '{ shelf @stream { id } }': 'Only lists can be streamed: "shelf" is Shelf.',
    '{ products { name @stream } }': 'Only lists can be streamed',
    '{ products @stream(initialCount: -1) { id } }': 'must not be negative',
    'query ($l: String) { products @stream(label: $l) { id } }': 'must be written out',
    '{ a: products @stream(label: "x") { id } shelf { ... @defer(label: "x") { id } } }':
      'only one @defer or @stream labelled "x"',
    '{ products @stream { id } products { name } }': 'overlapping stream directives',
    '{ products @stream { id } ...F } fragment F on Query { products @stream { name } }':
      'overlapping stream directives',
    '{ shelf { products @stream { id } } ... @defer { shelf { products { name } } } }':
      'overlapping stream directives',
    'mutation { discontinue @stream { id } }': 'Root fields of mutations take no @stream',
    '{ products @stream(initialCount: "2") { id } }': 'Int cannot represent',
    '{ products @stream(first: 2) { id } }': 'Unknown argument "first"',
  };
  for (const [text, message] of Object.entries(cases)) {
    expect(engine.prepare(text), text).toMatchObject({
      kind: 'failed',
      errors: [
        {
          message: expect.stringContaining(message),
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    });
  }
  expect(engine.prepare(`{ ${many.join(' ')} }`)).toMatchObject({
    errors: [{ extensions: { code: 'DEFER_LIMIT' } }],
  });
  const doubling = Array.from(
    { length: 16 },
    (_, n) => `fragment F${n} on Product { a: twin { ...F${n + 1} } b: twin { ...F${n + 1} } }`,
  );
  const bomb = `{ products { ...F0 } } ${doubling.join(' ')} fragment F16 on Product { reviews @stream { id } }`;
  expect(engine.prepare(bomb)).toMatchObject({
    errors: [{ extensions: { code: 'DEFER_LIMIT' } }, { extensions: { code: 'DEFER_LIMIT' } }],
  });
  expect(engine.prepare('subscription { renamed { reviews @stream { id } } }')).toMatchObject({
    errors: [{ extensions: { code: 'OPERATION_NOT_SUPPORTED' } }],
  });
  const fine = 'subscription { renamed { reviews @stream(if: false) { id } } }';
  expect(engine.prepare(fine).kind).toBe('prepared');
  // One selection, spread twice, is one.
  const twice = '{ ...F ...F } fragment F on Query { products @stream { id } }';
  expect(engine.prepare(twice).kind).toBe('prepared');
  const before = requests.length;
  const counts =
    'query ($n: Int, $m: Int = -1) { products @stream(initialCount: $n) { id } shelf { products @stream(initialCount: $m) { id } } }';
  const { errors } = await run(counts, { n: -3 });
  expect(errors).toMatchObject([
    { message: expect.stringContaining('"$n"'), extensions: { code: 'BAD_USER_INPUT' } },
    { message: expect.stringContaining('"$m"'), extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(requests.length).toBe(before);
});

test('the mutants are caught: first items that wait, lost ones, and some that are sent before they are there', async () => {
  const shop = startShop();
  const whole = (await shop.run(PAGE)).data;
  const ask = async () => {
    const before = asked(shop, 'reviews').length;
    const { data } = merged(await shop.parts(PAGE));
    return { data, first: asked(shop, 'reviews')[before] };
  };
  expect(await ask()).toEqual({ data: whole, first: ['1', '2'] });
  const { due } = StreamedItems.prototype;
  const mutated = vi.spyOn(StreamedItems.prototype, 'due');
  onTestFinished(() => mutated.mockRestore());
  mutated.mockImplementation(waitForAllItems(due));
  expect((await ask()).first).toEqual(['1', '2', '3', '4', '5']);
  mutated.mockImplementation(loseLaterItems(due));
  expect((await ask()).data).not.toEqual(whole);
  mutated.mockRestore();
  const isDone = vi
    .spyOn(PlanProgress.prototype, 'isDone')
    .mockImplementation(deliverBeforeFetched);
  onTestFinished(() => isDone.mockRestore());
  expect((await ask()).data).not.toEqual(whole);
});
