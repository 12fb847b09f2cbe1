import { newId } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { IDENTITY_URL } from '../src/identity/identity-address.ts';
import {
  compose,
  createIdentitySubgraph,
  identifiableTypesIn,
  identitySchemaOf,
} from '../src/index.ts';
import { startToy } from './support/start-toy.ts';
import { createToy } from './support/toy-shop.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])';
const SHOP = `${LINK}
interface Node { id: ID! }
interface Shareable { id: ID! }
type Product implements Node & Shareable @key(fields: "id") @key(fields: "slug") { id: ID! slug: String! title: String! }
type Order implements Node @key(fields: "id") { id: ID! total: Int! }
type Line implements Node { id: ID! }
type Query { product(slug: String!): Product }`;
const TALK = `${LINK}
type Order @key(fields: "id", resolvable: false) { id: ID! }
type Shareable @key(fields: "id") @interfaceObject { id: ID! mentions: Int! }
type Query { shared: Shareable }`;

const schemaOf = (...schemas: string[]) => identitySchemaOf(identifiableTypesIn(schemas));
const subgraph = (name: string, typeDefs: string, url = `http://${name}.invalid`) => ({
  name,
  url,
  typeDefs,
  file: `${name}.graphql`,
});
const identity = { viewer: null, requestId: 'test' };

test('types with an id of their own are found where they are owned', () => {
  expect(identifiableTypesIn([SHOP, TALK])).toEqual({
    node: ['Order', 'Product'],
    shareable: ['Product'],
    topics: [],
  });
});

test('the generated schema composes with its sources, also without anything to share', () => {
  expect(() =>
    compose([
      subgraph('shop', SHOP),
      subgraph('talk', TALK),
      subgraph('identity', schemaOf(SHOP, TALK)),
    ]),
  ).not.toThrow();
  const plain = SHOP.replace('interface Shareable { id: ID! }', '').replace(' & Shareable', '');
  expect(schemaOf(plain)).not.toMatch('Shareable');
  expect(() =>
    compose([subgraph('shop', plain), subgraph('identity', schemaOf(plain))]),
  ).not.toThrow();
});

test('the id says the type; what is no id of a known type is null', async () => {
  const { execute } = createIdentitySubgraph(schemaOf(SHOP, TALK));
  const ids = [
    newId('prd'),
    newId('ord'),
    newId('usr'),
    'prd_short',
    '',
    'x',
    '__proto___00000000000000000000000000',
  ];
  const { data } = await execute({
    query: 'query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
    variables: { ids },
    identity,
  });
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    nodes: [
      { __typename: 'Product', id: ids[0] },
      { __typename: 'Order', id: ids[1] },
      null,
      null,
      null,
      null,
      null,
    ],
  });
});

test('only what can be shared is shareable', async () => {
  const { execute } = createIdentitySubgraph(schemaOf(SHOP, TALK));
  const query = 'query($id: ID!) { shareable(id: $id) { __typename } }';
  const found = async (id: string) =>
    JSON.parse(JSON.stringify(await execute({ query, variables: { id }, identity }))).data;
  expect(await found(newId('prd'))).toEqual({ shareable: { __typename: 'Product' } });
  expect(await found(newId('ord'))).toEqual({ shareable: null });
});

test('more than a hundred ids are refused', async () => {
  const { execute } = createIdentitySubgraph(schemaOf(SHOP));
  const ids = Array.from({ length: 101 }, () => newId('prd'));
  const { errors } = await execute({
    query: 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: { ids },
    identity,
  });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('a gateway over a supergraph with identity asks the owner whether it is there, and then for the rest', async () => {
  const toy = createToy();
  const schemas = [toy.people.typeDefs, toy.rooms.typeDefs];
  const supergraphSdl = compose([
    ...[toy.people, toy.rooms].map(({ name, typeDefs }) => subgraph(name, typeDefs)),
    subgraph('identity', schemaOf(...schemas), IDENTITY_URL),
  ]);
  await using started = await startToy({ supergraphSdl }, toy);
  const ada = 'usr_01h455vb4pex5vsknk084sn02q';
  const { body } = await started.post(
    `{ node(id: "${ada}") { __typename id ... on User { name } } nothing: node(id: "${newId('room')}") { id ... on Room { title } } unknown: node(id: "x") { id } }`,
  );
  expect(body.data.node).toEqual({ __typename: 'User', id: ada, name: 'Ada' });
  expect(body.data.unknown).toBeNull();
  expect(toy.asked.map(({ subgraph: name }) => name).sort()).toEqual(['people', 'people', 'rooms']);
});
