import { expect, test } from 'vitest';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

const parcels = [
  { id: 'p1', weight: 2, size: { x: 1, y: 2 } },
  { id: 'p2', weight: null, size: { x: 3, y: 4 } },
];
const find = ({ id }: { id: string }) => parcels.find((parcel) => parcel.id === id);

const post = () =>
  startTestSupergraph([
    {
      name: 'parcels',
      typeDefs: `
        type Query { parcels: [Parcel!]! }
        type Size { x: Int! y: Int! }
        type Parcel @key(fields: "id") {
          id: ID! weight(unit: Unit = KG): Int size: Size note(language: String!): String
        }
        enum Unit { KG G }`,
      resolvers: {
        Query: { parcels: () => parcels },
        Parcel: {
          __resolveReference: find,
          weight: ({ weight }: { weight: number | null }, { unit }: { unit: string }) =>
            weight === null ? null : unit === 'G' ? weight * 1000 : weight,
          note: ({ id }: { id: string }, { language }: { language: string }) => `${id} ${language}`,
        },
      },
    },
    {
      name: 'rates',
      typeDefs: `
        enum Unit { KG G }
        type Size @external { x: Int! y: Int! }
        type Parcel @key(fields: "id") {
          id: ID!
          weight(unit: Unit = KG): Int @external
          note(language: String!): String @external
          size: Size @external
          price: Int @requires(fields: "weight(unit: G) size { x }")
          roundedPrice: Int @requires(fields: "weight(unit: KG)")
          area: Int @requires(fields: "size { x y }")
          label: String @requires(fields: "note(language: \\"no\\")")
        }`,
      resolvers: {
        Parcel: {
          price: ({ weight, size }: { weight: number | null; size: { x: number } }) =>
            weight === null ? null : weight * size.x,
          roundedPrice: ({ weight }: { weight: number | null }) => weight ?? 0,
          area: ({ size }: { size: { x: number; y: number } }) => size.x * size.y,
          label: ({ note }: { note: string }) => note.toUpperCase(),
        },
      },
    },
  ]);

test('required fields travel in the representation, nested ones and nulls as well', async () => {
  const { run, requestsTo } = post();
  const { data } = await run('{ parcels { price area } }');
  expect(data.parcels).toEqual([
    { price: 2000, area: 2 },
    { price: null, area: 12 },
  ]);
  expect(requestsTo('rates')[0]?.variables.representations).toEqual([
    { __typename: 'Parcel', id: 'p1', weight: 2000, size: { x: 1, y: 2 } },
    { __typename: 'Parcel', id: 'p2', weight: null, size: { x: 3, y: 4 } },
  ]);
});

test("a field required with one argument is apart from the client's with another", async () => {
  const { run } = post();
  const { data } = await run('{ parcels { note(language: "en") label weight price } }');
  expect(data.parcels[0]).toEqual({ note: 'p1 en', label: 'P1 NO', weight: 2, price: 2000 });
});

test('the same field may be required with different arguments by different fields', async () => {
  const { run, requestsTo } = post();
  const { data } = await run('{ parcels { price roundedPrice area } }');
  expect(data.parcels).toEqual([
    { price: 2000, roundedPrice: 2, area: 2 },
    { price: null, roundedPrice: 0, area: 12 },
  ]);
  expect(requestsTo('rates')).toHaveLength(1);
});

test('a condition on one field keeps the requirements of the others', async () => {
  const { run } = post();
  const query = 'query ($all: Boolean!) { parcels { price @include(if: $all) area } }';
  expect((await run(query, { all: false })).data.parcels[0]).toEqual({ area: 2 });
  expect((await run(query, { all: true })).data.parcels[0]).toEqual({ price: 2000, area: 2 });
});

test('a subgraph is not entered by a key that it does not resolve', async () => {
  const things = [{ id: '1', code: { a: 'x', b: 'y' }, title: 'One' }];
  const { run } = startTestSupergraph([
    {
      name: 'names',
      typeDefs: `
        type Code { a: ID! @shareable b: ID! @shareable }
        type Thing @key(fields: "id") @key(fields: "code { a }", resolvable: false) {
          id: ID! code: Code! @shareable title: String!
        }`,
      resolvers: { Thing: { __resolveReference: () => things[0] } },
    },
    {
      name: 'things',
      typeDefs: `
        type Query { things: [Thing!]! }
        type Code { a: ID! @shareable b: ID! @shareable }
        type Thing
          @key(fields: "code { a }", resolvable: false)
          @key(fields: "id code { b }")
          @key(fields: "id", resolvable: false) {
          id: ID! code: Code! @shareable title: String! @external
          banner: String! @requires(fields: "title")
        }`,
      resolvers: {
        Query: { things: () => things.map(({ id, code }) => ({ id, code })) },
        Thing: {
          __resolveReference: ({ id, code, title }: (typeof things)[0]) =>
            id && code.b ? { id, code, title } : null,
          banner: ({ title }: { title: string }) => `${title}!`,
        },
      },
    },
  ]);
  expect((await run('{ things { banner } }')).data).toEqual({ things: [{ banner: 'One!' }] });
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'])(
  'a condition named $%s decides by its value, or says that it cannot',
  async (name) => {
    for (const holds of [true, false]) {
      const { data, errors } = await post().run(
        `query ($${name}: Boolean!) { parcels { id @include(if: $${name}) weight @skip(if: $${name}) } }`,
        JSON.parse(`{"${name}":${holds}}`),
      );
      const expected = parcels.map(({ id, weight }) => (holds ? { id } : { weight }));
      if (errors === undefined) expect(data).toEqual({ parcels: expected });
      else expect(errors[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
      expect(errors === undefined).toBe(name !== '__proto__');
    }
  },
);
