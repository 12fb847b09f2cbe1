import { expect, test } from 'vitest';
import { type PreparedOperation, planText } from '../src/index.ts';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

function startShop() {
  return startTestSupergraph([
    {
      name: 'orders',
      typeDefs: `
        type Query { orders(first: Int): [Order!]! }
        type Subscription { placed: Order }
        type Order @key(fields: "id") { id: ID! buyer: User! }
        type User @key(fields: "id", resolvable: false) { id: ID! }`,
    },
    {
      name: 'users',
      typeDefs: `
        type Query { me: User }
        type User @key(fields: "id") { id: ID! name: String country: String @shareable }`,
    },
    {
      name: 'taxes',
      typeDefs: `
        type User @key(fields: "id") { id: ID! country: String @external
          rate: Float @requires(fields: "country") }`,
    },
  ]);
}

const outlineOf = async (text: string) => {
  const prepared = startShop().engine.prepare(text) as PreparedOperation;
  const outline = await prepared.outline();
  if (!outline) throw new Error('no plan');
  return outline;
};

test('a plan tells each fetch, its subgraph, its representations and what it waits for', async () => {
  const outline = await outlineOf('{ me { name } mine: orders(first: 3) { buyer { rate } } }');
  const byPlace = outline.fetches.map(({ number, subgraph, after, at, representations }) => ({
    ...{ number, subgraph, after, at, representations },
  }));
  const [orders] = byPlace.filter(({ subgraph }) => subgraph === 'orders');
  const [country] = byPlace.filter(({ subgraph, at }) => subgraph === 'users' && at);
  const [rate] = byPlace.filter(({ subgraph }) => subgraph === 'taxes');
  expect(orders).toMatchObject({ after: [], at: undefined });
  expect(country).toMatchObject({
    after: [orders?.number],
    at: 'mine.buyer',
    representations: ['User { id }'],
  });
  expect(rate).toMatchObject({
    after: [country?.number],
    at: 'mine.buyer',
    representations: [expect.stringMatching(/User \{ (country id|id country) \}/)],
  });
  const text = planText(outline);
  expect(text).toContain(`${country?.number}. users, after ${orders?.number}, for mine.buyer, by`);
  expect(text).toContain('orders(first: 3)');
});

test("the fetches that complete a subscription's events wait for the event", async () => {
  const { fetches } = await outlineOf('subscription { placed { buyer { name } } }');
  expect(fetches.map(({ subgraph, after, at }) => [subgraph, after, at])).toEqual([
    ['orders', [], undefined],
    ['users', [1], 'placed.buyer'],
  ]);
});

test('an operation that needs no subgraph has a plan without fetches', async () => {
  const outline = await outlineOf('{ __typename }');
  expect(outline).toEqual({ fetches: [] });
  expect(planText(outline)).toBe('Nothing is fetched.');
});
