import { buildSchema, graphql } from 'graphql';
import { expect, test } from 'vitest';
import type { ApiKeyScope, Viewer } from '../domain/viewer.ts';
import { refuseBeyondApiKeys } from './api-keys.ts';

const schema = refuseBeyondApiKeys(
  buildSchema(/* GraphQL */ `
    directive @tag(name: String!) repeatable on FIELD_DEFINITION
    scalar _Any
    type Query {
      free: Int
      viewer: Viewer @tag(name: "viewer") @tag(name: "api-key/ORDERS_READ")
      catalog: Int @tag(name: "api-key/CATALOG_READ")
      shop: Shop @tag(name: "api-key/CATALOG_READ")
      _service: Int
      _entities(representations: [_Any!]!): [Int]
    }
    type Viewer { id: ID orders: Int }
    directive @authenticated on FIELD_DEFINITION
    type Shop {
      name: Int
      desk: Int @tag(name: "viewer")
      mine: Int @authenticated
      stock: Int @tag(name: "viewer") @tag(name: "api-key/INVENTORY_WRITE")
    }
    type Mutation { change: Int @tag(name: "api-key/CATALOG_WRITE") @tag(name: "api-key/INVENTORY_WRITE") leave: Int }
  `),
);
const person: Viewer = { userId: 'usr_1', sessionId: 'ses_1', roles: [] };
const program = (...apiKeyScopes: ApiKeyScope[]): Viewer => ({ ...person, apiKeyScopes });
const answer = () => 1;
const rootValue = {
  ...{ free: answer, catalog: answer, _service: answer },
  viewer: () => ({ id: 'vwr_1', orders: 1 }),
  shop: () => ({ name: 1, desk: 1, mine: 1, stock: 1 }),
  ...{ change: answer, leave: answer, _entities: () => [1] },
};
const refused = async (source: string, viewer: Viewer | null) => {
  const { errors = [] } = await graphql({ schema, source, rootValue, contextValue: { viewer } });
  return errors.map(({ path, originalError }) => [
    path?.[0],
    (originalError as { code?: string }).code,
  ]);
};
const MISSING = 'API_KEY_SCOPE_MISSING';
const ENTITIES = (name: string) =>
  `{ _entities(representations: [{ __typename: "${name}", id: "x" }]) }`;

test('people ask for anything', async () => {
  for (const viewer of [null, person]) {
    expect(await refused('{ free viewer { orders } catalog _service }', viewer)).toEqual([]);
    expect(await refused('mutation { change leave }', viewer)).toEqual([]);
    expect(await refused(ENTITIES('Viewer'), viewer)).toEqual([]);
  }
});

test('a program asks for what its key is for, and for nothing that is for nobody', async () => {
  expect(
    await refused('{ free viewer { orders } catalog _service }', program('CATALOG_READ')),
  ).toEqual([
    ['free', MISSING],
    ['viewer', MISSING],
  ]);
  expect(await refused('{ viewer { orders } }', program())).toEqual([['viewer', MISSING]]);
  expect(await refused('{ viewer { orders } }', program('ORDERS_READ'))).toEqual([]);
  expect(await refused('mutation { change leave }', program('INVENTORY_WRITE'))).toEqual([
    ['leave', MISSING],
  ]);
});

test('a program may know whose key it has, whichever subgraph is asked, and nothing beside that', async () => {
  const of = (rest: string) =>
    refused(`{ viewer { ${rest} } } fragment Name on Viewer { id }`, program());
  expect(await of('id ...Name')).toEqual([]);
  expect(await of('__typename me: id ... on Viewer { ...Name }')).toEqual([]);
  expect(await of('...Name ... on Viewer { id orders }')).toEqual([['viewer', MISSING]]);
  expect(await of('me: orders ...Name')).toEqual([['viewer', MISSING]]);
});

test('the viewer’s own is not reached by a reference either', async () => {
  expect(await refused(ENTITIES('Viewer'), program('CATALOG_READ'))).toEqual([
    ['_entities', MISSING],
  ]);
  expect(await refused(ENTITIES('Viewer'), program('ORDERS_READ'))).toEqual([]);
  expect(await refused(ENTITIES('User'), program('CATALOG_READ'))).toEqual([]);
});

test('below a public root, what is the viewer’s own takes a scope of its own', async () => {
  const query = '{ shop { name desk mine stock } }';
  expect(await refused(query, person)).toEqual([]);
  const codes = async (viewer: Viewer) => {
    const { errors = [] } = await graphql({
      schema,
      source: query,
      rootValue,
      contextValue: { viewer },
    });
    return errors.map(({ path }) => path?.join('.'));
  };
  expect(await codes(program('CATALOG_READ'))).toEqual(['shop.desk', 'shop.mine', 'shop.stock']);
  expect(await codes(program('CATALOG_READ', 'INVENTORY_WRITE'))).toEqual([
    'shop.desk',
    'shop.mine',
  ]);
});
