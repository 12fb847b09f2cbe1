import { readFileSync } from 'node:fs';
import { createEngine, operationOf } from '@souk/engine';
import { silentLogger } from '@souk/runtime/process';
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  parse,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { costRulesOf } from '../src/limits/cost-rules.ts';
import { createOperationGuard } from '../src/limits/guard.ts';
import { DEFAULT_ONLY_ONCE, DEFAULT_OPERATION_LIMITS } from '../src/limits/limits.ts';

// What the graph offers by itself must pass the limits that it has by itself.

const supergraphSdl = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8');
const costs = costRulesOf(parse(supergraphSdl));
const guard = createOperationGuard({ logger: silentLogger, onlyOnce: DEFAULT_ONLY_ONCE });
const { apiSchema: schema } = createEngine({
  supergraphSdl,
  transport: { execute: async () => ({ data: {} }) },
});

/** What is said against a query, and what it costs. */
function validated(query: string): { problems: string[]; cost: number } {
  const document = guard.parse(query);
  if (!('definitions' in document)) {
    return { problems: document.map(({ message }) => message), cost: 0 };
  }
  const invalid = validate(schema, document).map(({ message }) => message);
  if (invalid.length > 0) return { problems: invalid, cost: 0 };
  const operation = operationOf(document, undefined);
  if (!operation) throw new Error('no operation');
  const { problems, cost } = guard.variablesOf(document, operation, schema, costs)({});
  return { problems: problems.map(({ message }) => message), cost };
}

type Field = GraphQLField<unknown, unknown>;
const fieldsOf = (type: GraphQLObjectType): Field[] => Object.values(type.getFields());
const isList = ({ type }: Field) => isListType(isNonNullType(type) ? type.ofType : type);
const isFree = ({ args }: Field) => !args.some(isRequiredArgument);

/** The type of the nodes, if the field is a connection. */
function nodeTypeOf({ type }: Field): GraphQLObjectType | null {
  const connection = getNamedType(type);
  if (!isObjectType(connection) || !connection.name.endsWith('Connection')) return null;
  const edge = getNamedType(connection.getFields().edges?.type);
  const node = isObjectType(edge) ? getNamedType(edge.getFields().node?.type) : undefined;
  return isObjectType(node) ? node : null;
}

/** An argument that nobody has a default for, as a client would give it. */
function call(field: Field): string {
  const given = field.args.filter(isRequiredArgument).map(({ name, type }) => {
    const named = String(getNamedType(type));
    return `${name}: ${named === 'Int' ? 1 : '"x"'}`;
  });
  return given.length > 0 ? `${field.name}(${given.join(', ')})` : field.name;
}

const leavesOf = (type: GraphQLObjectType): string[] =>
  fieldsOf(type)
    .filter((field) => isLeafType(getNamedType(field.type)) && isFree(field))
    .map(({ name }) => name);

/** What a screen shows of one thing: all that it says itself, and what it is directly part of. */
function shown(type: GraphQLObjectType, parts: number): string {
  const inner = fieldsOf(type)
    .filter((field) => !isList(field) && !nodeTypeOf(field) && isFree(field))
    .flatMap((field) => {
      const part = getNamedType(field.type);
      const [leaf] = isObjectType(part) ? leavesOf(part) : [];
      return leaf ? [`${field.name} { ${leaf} }`] : [];
    });
  return [...leavesOf(type).slice(0, 12), ...inner.slice(0, parts)].join(' ') || '__typename';
}

const page = (field: Field, selection: string) =>
  `${call(field)} { pageInfo { hasNextPage endCursor } edges { cursor node { ${selection} } } }`;

/** How a query gets to an object of a type without passing a list. */
function wayTo(goal: GraphQLObjectType): ((selection: string) => string) | null {
  const query = schema.getQueryType() as GraphQLObjectType;
  if (goal === query) return (selection) => selection;
  const queue: { type: GraphQLObjectType; wrap: (selection: string) => string }[] = [
    { type: query, wrap: (selection) => selection },
  ];
  const seen = new Set<unknown>([query]);
  for (const { type, wrap } of queue) {
    for (const field of fieldsOf(type)) {
      const next = getNamedType(field.type);
      if (isList(field) || !isObjectType(next) || seen.has(next)) continue;
      seen.add(next);
      const through = (selection: string) => wrap(`${call(field)} { ${selection} }`);
      if (next === goal) return through;
      queue.push({ type: next, wrap: through });
    }
  }
  const node = schema.getType('Node');
  const isNode = isAbstractType(node) && schema.isSubType(node, goal);
  return isNode ? (selection) => `node(id: "x") { ... on ${goal.name} { ${selection} } }` : null;
}

/** Every connection, with every other that hangs on its nodes, or on a part of them. */
function* pairs(): Generator<{ name: string; query: string }> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const first of fieldsOf(type)) {
      const node = nodeTypeOf(first);
      const way = node && wayTo(type);
      if (!node || !way) continue;
      const seconds = fieldsOf(node).flatMap((field) => {
        const part = getNamedType(field.type);
        if (nodeTypeOf(field)) return [{ field, wrap: (selection: string) => selection }];
        if (isList(field) || !isObjectType(part) || !isFree(field)) return [];
        return fieldsOf(part)
          .filter(nodeTypeOf)
          .map((inner) => ({
            field: inner,
            wrap: (selection: string) => `${field.name} { ${selection} }`,
          }));
      });
      for (const { field, wrap } of seconds) {
        const last = nodeTypeOf(field) as GraphQLObjectType;
        const inner = wrap(page(field, shown(last, 4)));
        const query = `{ ${way(page(first, `${leavesOf(node)[0] ?? '__typename'} ${inner}`))} }`;
        yield { name: `${type.name}.${first.name} > ${field.name}`, query };
      }
    }
  }
}

test('any two connections in each other pass at their default sizes', () => {
  const all = [...pairs()];
  const refused = all.flatMap(({ name, query }) => {
    const { problems, cost } = validated(query);
    return problems.length > 0 ? [{ name, cost, problems, query }] : [];
  });
  expect(refused).toEqual([]);
  const names = all.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'Query.products > variants',
      'Query.groups > members',
      'Viewer.rooms > participants',
      'Group.members > publicGroups',
    ]),
  );
});

test.each([
  '{ products { edges { node { title variants { edges { node { sku } } } } } } }',
  '{ groups { edges { node { name members { edges { node { role user { displayName } } } } } } } }',
  '{ viewer { rooms { edges { node { name participants { edges { node { user { displayName } } } } } } } } }',
  '{ categories { edges { node { name children { name } } } } }',
  '{ viewer { orders { edges { node { number lines { title unitPrice { minorUnits } } } } } } }',
  '{ viewer { rooms(first: 50) { edges { node { id name lastMessage { text author { username } } } } } } }',
])('%s passes', (query) => {
  expect(validated(query).problems).toEqual([]);
});

test.each([
  [
    'three in each other',
    '{ products { edges { node { seller { products { edges { node { variants { edges { node { sku } } } } } } } } } } }',
  ],
  [
    'a hundred times one id and what it holds',
    `{ nodes(ids: [${Array(100).fill('"prd_1"').join()}]) { ... on Product { variants(first: 100) { edges { node { sku } } } } } }`,
  ],
  [
    'null for a size',
    '{ products(first: 100) { edges { node { variants(first: null) { edges { node { price { minorUnits } product { title } } } } } } } }',
  ],
])('%s: dearer than the limit', (_, query) => {
  const { cost } = validated(query);
  expect(cost).toBeGreaterThan(DEFAULT_OPERATION_LIMITS.cost);
});

test('the page of an order with its parts, and a cart with its deliveries, cost less than is allowed', () => {
  for (const query of [
    `{ order(id: "ord_1") { number status total { minorUnits } sellerOrders { number status lines { id title
       quantity } } payments { status } timeline { edges { node { text } } } } }`,
    '{ viewer { cart { lines { id title } deliveries { lines { id } options { code } } } } }',
  ]) {
    expect(validated(query).problems).toEqual([]);
  }
});

/** Fields that work something out of their thing, each time that they are asked for. */
test('computed fields cost more than stored ones, and so does a page of them under each alias', () => {
  const page = (field: string) =>
    `room(id: "x") { messages(first: 30) { edges { node { ${field} } } } }`;
  const asked = (field: string, times: number) =>
    validated(`{ ${Array.from({ length: times }, (_, n) => `a${n}: ${page(field)}`).join(' ')} }`);
  expect(asked('sequence', 10).problems).toEqual([]);
  expect(asked('html', 1).problems).toEqual([]);
  expect(asked('html', 1).cost - asked('sequence', 1).cost).toBe(30 * 5);
  expect(asked('html', 10).cost).toBeGreaterThan(1_500);
});
