import { expect, test } from 'vitest';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

const users = [
  { id: '1', name: 'Ada' },
  { id: '2', name: 'Bo' },
];
const reviews = [
  { id: 'r1', body: 'Sturdy "table"', authorId: '1', upc: 'a' },
  { id: 'r2', body: 'Wobbles\n', authorId: '2', upc: 'a' },
  { id: 'r3', body: 'ünïcödé ✓', authorId: '1', upc: 'b' },
];
const prices: Record<string, number> = { a: 10, b: 20 };

const shop = () =>
  startTestSupergraph([
    {
      name: 'accounts',
      typeDefs: `
        type Query { users: [User!]! user(id: ID!): User }
        type User @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: {
          users: () => users,
          user: (_: unknown, { id }: { id: string }) => users.find((user) => user.id === id),
        },
        User: {
          __resolveReference: ({ id }: { id: string }) => users.find((user) => user.id === id),
        },
      },
    },
    {
      name: 'products',
      typeDefs: `
        type Query { products: [Product!]! }
        type Product @key(fields: "upc") { upc: ID! price: Int! name: String }`,
      resolvers: {
        Query: { products: () => Object.keys(prices).map((upc) => ({ upc })) },
        Product: {
          __resolveReference: ({ upc }: { upc: string }) => ({ upc }),
          price: ({ upc }: { upc: string }) => prices[upc],
          name: ({ upc }: { upc: string }) => `Product ${upc}`,
        },
      },
    },
    {
      name: 'reviews',
      typeDefs: `
        type Query { latest: [Review!]! }
        type Review @key(fields: "id") { id: ID! body: String! author: User! product: Product! }
        type User @key(fields: "id") { id: ID! reviews(first: Int = 10): [Review!]! }
        type Product @key(fields: "upc") { upc: ID! reviews: [Review!]! stars: Int }`,
      resolvers: {
        Query: { latest: () => reviews },
        Review: {
          author: ({ authorId }: { authorId: string }) => ({ id: authorId }),
          product: ({ upc }: { upc: string }) => ({ upc }),
        },
        User: {
          reviews: ({ id }: { id: string }, { first }: { first: number }) =>
            reviews.filter((review) => review.authorId === id).slice(0, first),
        },
        Product: {
          reviews: ({ upc }: { upc: string }) => reviews.filter((review) => review.upc === upc),
          stars: () => 5,
        },
      },
    },
  ]);

test('an answer is put together from several subgraphs', async () => {
  const { run } = shop();
  const result = await run('{ users { name reviews { body product { name } } } }');
  expect(result).toEqual({
    data: {
      users: [
        {
          name: 'Ada',
          reviews: [
            { body: 'Sturdy "table"', product: { name: 'Product a' } },
            { body: 'ünïcödé ✓', product: { name: 'Product b' } },
          ],
        },
        { name: 'Bo', reviews: [{ body: 'Wobbles\n', product: { name: 'Product a' } }] },
      ],
    },
  });
});

test('each distinct representation is sent once, and its answer put everywhere', async () => {
  const { run, requestsTo } = shop();
  const { data } = await run('{ latest { author { name } product { upc price } } }');
  expect(data.latest.map((review: { author: unknown }) => review.author)).toEqual([
    { name: 'Ada' },
    { name: 'Bo' },
    { name: 'Ada' },
  ]);
  expect(requestsTo('products').map(({ variables }) => variables)).toEqual([
    {
      representations: [
        { __typename: 'Product', upc: 'a' },
        { __typename: 'Product', upc: 'b' },
      ],
    },
  ]);
  expect(requestsTo('accounts')[0]?.variables.representations).toHaveLength(2);
});

test('equal fetches for different places travel as one, each place keeping its own names', async () => {
  const { run, requestsTo } = shop();
  const { data } = await run(`{
    one: latest { product { upc name } }
    two: latest { product { title: name } }
    three: latest { product { name } }
  }`);
  expect(data.one[0].product).toEqual({ upc: 'a', name: 'Product a' });
  expect(data.two[2].product).toEqual({ title: 'Product b' });
  expect(data.three[1].product).toEqual({ name: 'Product a' });
  expect(requestsTo('products')).toHaveLength(1);
});

test('the same entity may need other fields, with other arguments, at another place', async () => {
  const { run } = shop();
  const { data } = await run(`{
    users { reviews(first: 1) { author { reviews { id author { name } } } } }
    user(id: "1") { reviews { author { reviews(first: 1) { id } name } } }
  }`);
  expect(data.users[0].reviews[0].author.reviews).toEqual([
    { id: 'r1', author: { name: 'Ada' } },
    { id: 'r3', author: { name: 'Ada' } },
  ]);
  expect(data.user.reviews[1].author).toEqual({ reviews: [{ id: 'r1' }], name: 'Ada' });
});

test('a fetch with nothing to ask for is not sent', async () => {
  const { run, requestsTo } = shop();
  const { data } = await run('{ user(id: "none") { name reviews { id } } }');
  expect(data).toEqual({ user: null });
  expect(requestsTo('reviews')).toEqual([]);
});

test('skipped parts are neither fetched nor answered', async () => {
  const { run, requestsTo } = shop();
  const query = `query ($more: Boolean!) {
    users { name reviews @include(if: $more) { id } ...Id @skip(if: $more) }
  }
  fragment Id on User { id }`;
  expect((await run(query, { more: false })).data.users[0]).toEqual({ name: 'Ada', id: '1' });
  expect(requestsTo('reviews')).toEqual([]);
  expect((await run(query, { more: true })).data.users[1]).toEqual({
    name: 'Bo',
    reviews: [{ id: 'r2' }],
  });
});

test('identical queries in flight share one execution only when their sharing keys are equal', async () => {
  const { run, requests } = shop();
  const asking = (sharingKey: string) =>
    run('{ users { name } }', {}, { requestId: 'any', sharingKey });
  await Promise.all([asking('ada'), asking('ada'), asking('bo')]);
  expect(requests).toHaveLength(2);
  await asking('ada');
  expect(requests).toHaveLength(3);
});

test('variables named like the machinery of entity fetches are no trouble', async () => {
  const { run } = shop();
  const query = `query ($representations: ID!, $representations_0: Int) {
    user(id: $representations) { name reviews(first: $representations_0) { id product { name } } }
    latest { product { price } }
  }`;
  const { data } = await run(query, { representations: '1', representations_0: 1 });
  expect(data.user).toEqual({
    name: 'Ada',
    reviews: [{ id: 'r1', product: { name: 'Product a' } }],
  });
});
