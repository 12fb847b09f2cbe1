import { readFileSync } from 'node:fs';
import { newId } from '@souk/runtime/domain';
import { withSharedTypes } from '@souk/runtime/schema';
import { expect, test } from 'vitest';
import { SUBGRAPH_NAMES } from '../../souk.config.ts';
import { IDENTITY_URL } from '../src/identity/identity-address.ts';
import {
  compose,
  createIdentitySubgraph,
  identifiableTypesIn,
  identitySchemaOf,
} from '../src/index.ts';
import { startToy } from './support/start-toy.ts';
import { ADA, createToy, local } from './support/toy-shop.ts';

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

test('an id names its type, and an id of no known type is null', async () => {
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

test('only shareable things can be shared', async () => {
  const { execute } = createIdentitySubgraph(schemaOf(SHOP, TALK));
  const query = 'query($id: ID!) { shareable(id: $id) { __typename } }';
  const found = async (id: string) =>
    JSON.parse(JSON.stringify(await execute({ query, variables: { id }, identity }))).data;
  expect(await found(newId('prd'))).toEqual({ shareable: { __typename: 'Product' } });
  expect(await found(newId('ord'))).toEqual({ shareable: null });
});

test('a program sees the public fields of shared things, and nothing by an id alone', async () => {
  const asked: (string | undefined)[] = [];
  const { execute } = createIdentitySubgraph(schemaOf(SHOP, TALK), async (_, ids, { viewer }) => {
    asked.push(viewer?.userId);
    return ids;
  });
  const id = newId('prd');
  const viewer = { userId: ADA, sessionId: newId('ses'), roles: [], apiKeyScopes: ['SHOP_READ'] };
  const { data, errors } = await execute({
    query: `query ($id: ID!, $r: [_Any!]!) { node(id: $id) { id }
      _entities(representations: $r) { ... on Shareable { __typename } } }`,
    variables: { id, r: [{ __typename: 'Shareable', id }] },
    identity: { viewer, requestId: 'test' } as never,
  });
  expect(errors).toBeUndefined();
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    ...{ node: null, _entities: [{ __typename: 'Product' }] },
  });
  expect(asked).toEqual([undefined]);
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

test('a seventh domain is shown in messages without a change to chat', async () => {
  const real = SUBGRAPH_NAMES.map((name) => {
    const file = new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url);
    return subgraph(name, withSharedTypes(readFileSync(file, 'utf8')));
  });
  const CONCERTS = `${LINK}
    interface Node { id: ID! }
    interface Shareable { id: ID! }
    type Event implements Node & Shareable @key(fields: "id") { id: ID! title: String! }
    type Query { concert: Event }`;
  const all = [...real, subgraph('concerts', CONCERTS)];
  const identitySdl = schemaOf(...all.map(({ typeDefs }) => typeDefs));
  const supergraphSdl = compose([...all, subgraph('identity', identitySdl, IDENTITY_URL)]);
  const toy = createToy();
  const [messageId, concert, hidden] = [newId('msg'), newId('evt'), newId('evt')];
  const discussion = newId('room');
  const embeds = [concert, hidden, messageId].map((id) => ({
    ...{ __typename: 'EntityEmbed', entityId: id, entity: { id } },
  }));
  const chat = local('chat', all.find(({ name }) => name === 'chat')?.typeDefs ?? '', toy.asked, {
    Query: { message: () => ({ id: messageId, embeds }) },
    // As chat's own: of whatever kind the id is.
    Shareable: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      discussion: () => ({ id: discussion }),
      shareCount: () => 3,
    },
  });
  const concerts = local('concerts', CONCERTS, toy.asked, {
    Event: {
      __resolveReference: ({ id }: { id: string }) =>
        id === concert ? { id, title: 'Fado' } : null,
    },
  });
  await using started = await startToy({ supergraphSdl, subgraphs: { chat, concerts } }, toy);
  const { body } = await started.post(
    `query ($id: ID!) { message(id: $id) { embeds { ... on EntityEmbed {
       entityId entity { __typename id discussion { id } shareCount ... on Event { title } } } } } }`,
    { id: messageId },
    { authorization: `Bearer ${await started.token(ADA)}` },
  );
  expect(body.errors).toBeUndefined();
  // What chat adds to everything that can be shown is there on what it never heard of.
  const talked = { discussion: { id: discussion }, shareCount: 3 };
  expect(body.data.message.embeds).toEqual([
    { entityId: concert, entity: { __typename: 'Event', id: concert, title: 'Fado', ...talked } },
    // What its owner does not show, and what cannot be shared, is an id and no more.
    { entityId: hidden, entity: null },
    { entityId: messageId, entity: null },
  ]);
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
