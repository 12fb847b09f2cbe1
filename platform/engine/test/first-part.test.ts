import { expect, test } from 'vitest';
import type { ExecutionContext, FetchRequest, PreparedOperation } from '../src/index.ts';
import { inParts } from '../testing/parts.ts';
import { startTestSupergraph, type TestSubgraph } from '../testing/test-supergraph.ts';

const entity = (
  name: string,
  type: string,
  fields: string,
  values: object,
  otherTypes = '',
): TestSubgraph => ({
  name,
  typeDefs: `type ${type} @key(fields: "id") { id: ID! ${fields} } ${otherTypes}`,
  resolvers: { [type]: { __resolveReference: ({ id }: { id: string }) => ({ id, ...values }) } },
});
const reference = (type: string): string =>
  `type ${type} @key(fields: "id", resolvable: false) { id: ID! }`;

/** A product's page: eight subgraphs, three fetches deep before what people say of it. */
const PAGE: readonly TestSubgraph[] = [
  {
    name: 'catalogue',
    typeDefs: `
      type Query { product: Product }
      type Product @key(fields: "id") { id: ID! title: String seller: Seller }
      ${reference('Seller')}`,
    resolvers: { Query: { product: () => ({ id: '1', title: 'Vase', seller: { id: '2' } }) } },
  },
  entity('prices', 'Product', 'price: Int', { price: 900 }),
  entity('stock', 'Product', 'left: Int', { left: 3 }),
  entity('media', 'Product', 'picture: String', { picture: 'vase.avif' }),
  entity(
    'sellers',
    'Seller',
    'name: String place: Place',
    { name: 'Fjellheim', place: { id: '3' } },
    reference('Place'),
  ),
  entity('places', 'Place', 'name: String', { name: 'Bergen' }),
  entity(
    'reviews',
    'Product',
    'reviews: [Review]',
    { reviews: [{ text: 'Good', author: { id: '4' } }] },
    `type Review { text: String author: Person } ${reference('Person')}`,
  ),
  entity('people', 'Person', 'name: String', { name: 'Ada' }),
];

const QUERY = `query Page($later: Boolean!) {
  product {
    title price left picture
    seller { name place { name } }
    ... @defer(if: $later) { reviews { text author { name } } }
  }
}`;

/** How long a subgraph takes, in units of a clock that stands still while anything else runs. */
type Units = (request: FetchRequest) => number;
const reviewsAreSlow: Units = ({ subgraph }) => (subgraph === 'reviews' ? 10 : 1);

interface Served {
  readonly subgraphs: readonly TestSubgraph[];
  readonly query: string;
  readonly unitsOf: Units;
}
const page: Served = { subgraphs: PAGE, query: QUERY, unitsOf: reviewsAreSlow };

/**
 * When the first part of an answer is complete, and when all of it is; and what was requested of which
 * subgraph.
 */
async function served({ subgraphs, query, unitsOf }: Served, later: boolean) {
  let now = 0;
  const due: { at: number; answer: () => void }[] = [];
  const { transport, engine: _, ...plain } = startTestSupergraph(subgraphs);
  const { engine } = startTestSupergraph(subgraphs, {
    transport: {
      ...transport,
      execute: async (request: FetchRequest) => {
        await new Promise<void>((answer) => due.push({ at: now + unitsOf(request), answer }));
        return transport.execute(request);
      },
    },
  });
  const operation = engine.prepare(query) as PreparedOperation;
  const times: { first?: number; all?: number } = {};
  const context: ExecutionContext = { requestId: 'test' };
  engine.answerInParts(operation, { later }, context, {
    first: ({ pending }) => {
      times.first = now;
      if (pending.length === 0) times.all = now;
    },
    later: ({ isLast }) => {
      if (isLast) times.all = now;
    },
  });
  while (times.all === undefined) {
    // Everything that follows from an answer has been started before the clock moves on.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    const next = due.sort((a, b) => a.at - b.at).shift();
    if (!next) continue;
    now = next.at;
    next.answer();
  }
  return { ...times, asked: plain.requests.length };
}

test('the first part of a page is there in a third of the time of all, where one subgraph is slow', async () => {
  const whole = await served(page, false);
  expect(whole).toEqual({ first: 12, all: 12, asked: 8 });
  const parts = await served(page, true);
  expect(parts).toEqual({ first: 3, all: 12, asked: 8 });
  expect(parts.first).toBeLessThanOrEqual((whole.all ?? 0) / 3);
});

test("deferred fetches are sent after the first part's, though both depend on the same answer", async () => {
  const { engine, requests } = startTestSupergraph(PAGE);
  await inParts(engine, engine.prepare(QUERY) as PreparedOperation, { later: true });
  const order = requests.map(({ subgraph }) => subgraph);
  expect(order[0]).toBe('catalogue');
  expect(order.slice(1, 5).sort()).toEqual(['media', 'prices', 'sellers', 'stock']);
  expect(order[5]).toBe('reviews');
});

const LISTING: Served = {
  subgraphs: [
    {
      name: 'catalogue',
      typeDefs: `type Query { products: [Product!]! } ${reference('Product')}`,
      resolvers: {
        Query: { products: () => Array.from({ length: 60 }, (_, n) => ({ id: `${n}` })) },
      },
    },
    entity('reviews', 'Product', 'stars: Int', { stars: 5 }),
  ],
  query: `query Listing($later: Boolean!) {
    products @stream(if: $later, initialCount: 6) { id stars }
  }`,
  // One unit for each product.
  unitsOf: ({ variablesText }) =>
    variablesText ? (JSON.parse(variablesText).representations?.length ?? 1) : 1,
};

test('the first items of a list wait for as many as they are, where a subgraph takes its time for each', async () => {
  expect(await served(LISTING, false)).toEqual({ first: 61, all: 61, asked: 2 });
  expect(await served(LISTING, true)).toEqual({ first: 7, all: 61, asked: 3 });
});
