import { describe, expect, test } from 'vitest';
import type { PreparedOperation } from '../src/index.ts';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

describe('who answers what', () => {
  const accounts = () =>
    startTestSupergraph([
      {
        name: 'old',
        typeDefs: `
          type Query { users: [User!]! @shareable }
          type User @key(fields: "id") { id: ID! name: String! city: String @shareable legacy: Int }`,
        resolvers: {
          Query: { users: () => [{ id: '1' }, { id: '2' }] },
          User: {
            __resolveReference: ({ id }: { id: string }) => ({ id }),
            name: ({ id }: { id: string }) => `old name ${id}`,
            city: () => 'Oslo',
            legacy: () => 1,
          },
        },
      },
      {
        name: 'new',
        typeDefs: `
          type Query { users: [User!]! @shareable newest: User }
          type User @key(fields: "id") {
            id: ID! name: String! @override(from: "old") city: String @shareable badge: String
          }`,
        resolvers: {
          Query: { users: () => [{ id: '1' }, { id: '2' }], newest: () => ({ id: '2' }) },
          User: {
            __resolveReference: ({ id }: { id: string }) => ({ id }),
            name: ({ id }: { id: string }) => `new name ${id}`,
            city: () => 'Oslo',
            badge: ({ id }: { id: string }) => `badge ${id}`,
          },
        },
      },
    ]);

  test('an overridden field is asked of its new subgraph only', async () => {
    const { run, requestsTo } = accounts();
    const { data } = await run('{ users { name legacy } }');
    expect(data.users).toEqual([
      { name: 'new name 1', legacy: 1 },
      { name: 'new name 2', legacy: 1 },
    ]);
    for (const { query } of requestsTo('old')) expect(query).not.toContain('name');
  });

  test('a field that several subgraphs share costs no further request', async () => {
    const { run, requests } = accounts();
    const { data } = await run('{ newest { city badge name } }');
    expect(data.newest).toEqual({ city: 'Oslo', badge: 'badge 2', name: 'new name 2' });
    expect(requests).toHaveLength(1);
  });

  test('a root field that both have is asked of the one that has the rest', async () => {
    const { run, requests } = accounts();
    expect((await run('{ users { badge } }')).data.users).toHaveLength(2);
    expect(requests.map(({ subgraph }) => subgraph)).toEqual(['new']);
  });
});

describe('keys', () => {
  test('a key may be made of nested fields, lists and several parts', async () => {
    const { run, requestsTo } = startTestSupergraph([
      {
        name: 'places',
        typeDefs: `
          type Query { seats: [Seat!]! }
          type Row { number: Int! letters: [String!]! }
          type Seat @key(fields: "hall row { number letters }") { hall: ID! row: Row! }`,
        resolvers: {
          Query: { seats: () => [{ hall: 'h"1', row: { number: 7, letters: ['a', 'b'] } }] },
        },
      },
      {
        name: 'prices',
        typeDefs: `
          type Row { number: Int! @shareable letters: [String!]! @shareable }
          type Seat @key(fields: "hall row { number letters }") { hall: ID! row: Row! price: Int }`,
        resolvers: {
          Seat: { price: ({ row }: { row: { number: number } }) => row.number * 10 },
        },
      },
    ]);
    expect((await run('{ seats { price } }')).data).toEqual({ seats: [{ price: 70 }] });
    expect(requestsTo('prices')[0]?.variables.representations).toEqual([
      { __typename: 'Seat', hall: 'h"1', row: { number: 7, letters: ['a', 'b'] } },
    ]);
  });

  test('one key leads to another, by a subgraph that knows both', async () => {
    const { run, requests } = startTestSupergraph([
      {
        name: 'mail',
        typeDefs: `
          type Query { inbox: [Person!]! }
          type Person @key(fields: "email") { email: String! }`,
        resolvers: {
          Query: { inbox: () => [{ email: 'a@x' }, { email: 'b@x' }, { email: 'a@x' }] },
        },
      },
      {
        name: 'people',
        typeDefs: 'type Person @key(fields: "email") @key(fields: "id") { email: String! id: ID! }',
        resolvers: {
          Person: {
            __resolveReference: ({ email }: { email: string }) =>
              email === 'b@x' ? null : { email, id: email[0] },
          },
        },
      },
      {
        name: 'badges',
        typeDefs: 'type Person @key(fields: "id") { id: ID! badge: String }',
        resolvers: { Person: { badge: ({ id }: { id: string }) => `badge of ${id}` } },
      },
    ]);
    const { data, errors } = await run('{ inbox { email badge } }');
    expect(data.inbox).toEqual([
      { email: 'a@x', badge: 'badge of a' },
      { email: 'b@x', badge: null },
      { email: 'a@x', badge: 'badge of a' },
    ]);
    expect(errors).toBeUndefined();
    expect(requests.map(({ subgraph }) => subgraph)).toEqual(['mail', 'people', 'badges']);
    expect(requests[2]?.variables.representations).toHaveLength(1);
  });
});

describe('what a subgraph provides', () => {
  test('a provided field is taken where it is provided, and fetched elsewhere', async () => {
    const { run, requestsTo } = startTestSupergraph([
      {
        name: 'names',
        typeDefs: 'type Author @key(fields: "id") { id: ID! name: String @shareable }',
        resolvers: { Author: { name: ({ id }: { id: string }) => `Author ${id}` } },
      },
      {
        name: 'texts',
        typeDefs: `
          type Query { texts: [Text!]! @provides(fields: "author { name }") drafts: [Text!]! }
          type Text @key(fields: "id") { id: ID! author: Author }
          type Author @key(fields: "id") { id: ID! name: String @external }`,
        resolvers: {
          Query: {
            texts: () => [{ id: 't', author: { id: '1', name: 'Provided' } }],
            drafts: () => [{ id: 'd', author: { id: '2' } }],
          },
        },
      },
    ]);
    const { data } = await run('{ texts { author { name } } drafts { author { name } } }');
    expect(data).toEqual({
      texts: [{ author: { name: 'Provided' } }],
      drafts: [{ author: { name: 'Author 2' } }],
    });
    expect(requestsTo('names')[0]?.variables.representations).toEqual([
      { __typename: 'Author', id: '2' },
    ]);
  });

  test('members of a union may be known to some subgraphs only', async () => {
    const { run } = startTestSupergraph([
      {
        name: 'a',
        typeDefs: `
          type Query { things: [Thing] }
          union Thing = Cup | Plate
          type Cup @key(fields: "id") { id: ID! volume: Int }
          type Plate @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            things: () => [
              { __typename: 'Cup', id: 'c', volume: 3 },
              null,
              { __typename: 'Plate', id: 'p' },
            ],
          },
        },
      },
      {
        name: 'b',
        typeDefs: `
          union Thing = Plate
          type Plate @key(fields: "id") { id: ID! diameter: Int asThing: Thing }`,
        resolvers: {
          Plate: {
            diameter: () => 20,
            asThing: ({ id }: { id: string }) => ({ __typename: 'Plate', id }),
          },
        },
      },
    ]);
    const { data } = await run(`{
      things { ... on Cup { volume } ... on Plate { diameter asThing { __typename } } }
    }`);
    expect(data.things).toEqual([
      { volume: 3 },
      null,
      { diameter: 20, asThing: { __typename: 'Plate' } },
    ]);
  });
});

test('a field that no subgraph can resolve is refused, not null', async () => {
  const { engine } = startTestSupergraph([
    {
      name: 'only',
      typeDefs: 'type Query { value: Int }',
      resolvers: { Query: { value: () => 1 } },
    },
  ]);
  // Composition would not make such a supergraph; others do.
  const gap = engine.supergraphSdl.replace(
    /type Query\s+@join__type\(graph: ONLY\)\s*\{/,
    '$&\n  lost: Int @join__field(graph: ONLY, external: true)',
  );
  expect(gap).toContain('lost');
  const { createEngine } = await import('../src/index.ts');
  const holed = createEngine({
    supergraphSdl: gap,
    transport: { execute: async () => ({ data: {} }) },
  });
  const prepared = holed.prepare('{ lost }') as PreparedOperation;
  const refused = await holed.execute(prepared, {}, { requestId: 'test' });
  holed.close();
  expect(refused).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_NOT_PLANNABLE' } }] });
  expect(refused).not.toHaveProperty('data');
});
