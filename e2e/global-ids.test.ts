import { readFileSync } from 'node:fs';
import {
  ID_TYPES,
  type IdPrefix,
  newId,
  PAIR_ID_TYPES,
  type PairPrefix,
  pairId,
  SHAREABLE_TYPES,
} from '@souk/runtime/domain';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type RunningSouk, startSouk } from './running-souk.ts';
import { openSmallMarket, type SmallMarket } from './small-market.ts';

// A thing that is not there, or not for who asks, is null in every selection, and nothing more is said.

const supergraph = readFileSync(new URL('../gateway/supergraph.graphql', import.meta.url), 'utf8');
const schema = buildSchema(supergraph, { assumeValid: true });

let souk: RunningSouk;
let market: SmallMarket;
beforeAll(async () => {
  souk = await startSouk();
  market = await openSmallMarket(souk);
});
afterAll(() => souk[Symbol.asyncDispose]());

const nodeTypes = (): GraphQLObjectType[] => {
  const node = schema.getType('Node');
  return isInterfaceType(node) ? [...schema.getPossibleTypes(node)] : [];
};

type Field = GraphQLField<unknown, unknown>;
const fieldsOf = (type: GraphQLObjectType, keep: (field: Field) => boolean): Field[] =>
  Object.values(type.getFields()).filter(
    (field) => !field.args.some(isRequiredArgument) && keep(field),
  );
const isLeaf = ({ type }: Field) => isLeafType(getNamedType(type));

/** From nothing of its owner's to all of it, and what other subgraphs know of it. */
function selectionsOf(type: GraphQLObjectType): string[] {
  const leaves = fieldsOf(type, isLeaf).map(({ name }) => name);
  const objects = fieldsOf(type, (field) => isObjectType(getNamedType(field.type))).slice(0, 8);
  const inner = objects.map(({ name }) => `${name} { __typename }`);
  const strict = fieldsOf(type, (field) => isLeaf(field) && isNonNullType(field.type));
  const on = (selection: string) => `... on ${type.name} { ${selection} }`;
  return [
    'id',
    '__typename',
    on('__typename'),
    on(leaves.join(' ')),
    `id ${on(strict.map(({ name }) => name).join(' '))}`,
    ...inner.map(on),
    on([...leaves, ...inner].join(' ')),
  ];
}

/** A well-formed id of this type, of nothing that there is. */
function idOfNothing(typeName: string): string {
  const named = ([, name]: [string, string]) => name === typeName;
  const prefix = Object.entries(ID_TYPES).find(named)?.[0];
  if (prefix) return newId(prefix as IdPrefix);
  const pair = Object.entries(PAIR_ID_TYPES).find(named)?.[0];
  return pairId(pair as PairPrefix, newId('room'), newId('usr'));
}

async function isNothing(id: string, type: GraphQLObjectType, asker: Person | null) {
  for (const selection of selectionsOf(type)) {
    const query = `query ($id: ID!) { node(id: $id) { ${selection} } nodes(ids: [$id, $id]) { ${selection} } }`;
    const { data, errors } = await souk.graphql(query, { id }, asker?.token ?? null);
    expect({ query, data, errors }).toEqual({
      query,
      data: { node: null, nodes: [null, null] },
      errors: undefined,
    });
  }
}

test.each(nodeTypes().map(({ name }) => name))(
  'a %s that does not exist is null to everybody, whatever is selected',
  async (name) => {
    const type = schema.getType(name) as GraphQLObjectType;
    const id = idOfNothing(name);
    await isNothing(id, type, market.ada);
    await isNothing(id, type, null);
  },
);

test('the types that can be embedded by id are those that implement Shareable', () => {
  const shareable = schema.getType('Shareable');
  const types = isInterfaceType(shareable) ? schema.getPossibleTypes(shareable) : [];
  expect(types.map(({ name }) => name).sort()).toEqual([...SHAREABLE_TYPES].sort());
});

const FOREIGN: [string, () => string][] = [
  ['Order', () => market.orderId],
  ['Room', () => market.privateRoomId],
  ['Room', () => market.directRoomId],
  ['Message', () => market.messageId],
  ['Group', () => market.groupId],
  ['Notification', () => market.notificationId],
];

test.each(FOREIGN)("another person's %s reads as not found", async (name, idOf) => {
  const type = schema.getType(name) as GraphQLObjectType;
  await isNothing(idOf(), type, market.mallory);
  await isNothing(idOf(), type, null);
});

test('existing things are found beside missing ones, in the order of the ids', async () => {
  const data = await souk.ask(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Product { title } ... on Order { status } } }`,
    { ids: [market.productId, newId('prd'), market.orderId, 'none', market.productId] },
    market.bo.token,
  );
  const product = { __typename: 'Product', id: market.productId, title: 'Bowl' };
  expect(data.nodes).toEqual([
    product,
    null,
    { __typename: 'Order', id: market.orderId, status: expect.any(String) },
    null,
    product,
  ]);
});

test('a seller sees which part of theirs moved stock, and not the order of somebody else', async () => {
  const data = await souk.ask(
    `query ($id: ID!) { stockMovements(variantId: $id) { edges { node { reason delta sellerOrder { number status } } } } }`,
    { id: market.variantId },
    market.ada.token,
  );
  const moved = data.stockMovements.edges.map(({ node }: { node: object }) => node);
  expect(moved.length).toBeGreaterThan(0);
  const byOrders = moved.filter(({ reason }: { reason: string }) => reason === 'RESERVATION');
  expect(byOrders.length).toBeGreaterThan(0);
  for (const { sellerOrder } of byOrders) expect(sellerOrder.number).toMatch(/-1$/);
  // What they see is their part of it, and leads to nothing of the buyer's.
  const part = schema.getType('SellerOrder') as GraphQLObjectType;
  expect(Object.values(part.getFields()).map(({ type }) => getNamedType(type).name)).not.toContain(
    'Order',
  );
});
