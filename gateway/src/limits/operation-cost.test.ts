import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { costRulesOf } from './cost-rules.ts';
import { compileCost } from './operation-cost.ts';

const SDL = `
directive @cost(weight: Int!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | ENUM | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
interface Node { id: ID! }
interface Shelf { books(first: Int): [Book!]! }
type Book implements Node { id: ID! title: String authors: [Author!]! @listSize(assumedSize: 3) similar: [Book!]! }
type Author implements Node { id: ID! name: String books(first: Int = 20): Books! @listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false) }
type Attic implements Shelf { books(first: Int): [Book!]! @listSize(assumedSize: 50) }
type Desk implements Shelf { books(first: Int): [Book!]! @listSize(slicingArguments: ["first"], assumedSize: 4, requireOneSlicingArgument: false) }
type Books { edges: [Edge!]! totalCount: Int }
type Edge { node: Book! }
input Page { limit: Int = 7 }
enum Order { NAME RANK }
enum Hard @cost(weight: 30) { YES NO }
scalar Pattern @cost(weight: 4)
input Sieve { text: String like: Pattern likes: [Pattern!] @cost(weight: 6) deep: Int @cost(weight: 40) and: [Sieve!] order: Order hard: Hard = YES }
type Fossil @cost(weight: 9) { id: ID! }
type Pebble { id: ID! }
union Find = Fossil | Pebble
interface Case { finds(first: Int): [Find!]! label: String }
type Drawer implements Case { finds(first: Int): [Find!]! @listSize(assumedSize: 2) label: String @cost(weight: 0) }
type Box implements Case { finds(first: Int): [Find!]! label: String }
type Query {
  find: Find
  case: Case
  sift(by: Sieve, order: Order, hard: Hard, like: [Pattern!], dear: Sieve @cost(weight: 3)): Book
  book: Book
  author: Author
  shelf: Shelf
  nodes(ids: [ID!]!): [Node]!
  search(text: String, page: Page): [Book!]! @listSize(slicingArguments: ["page.limit"], assumedSize: 30, requireOneSlicingArgument: false)
  latest(first: Int, last: Int): [Book!]! @listSize(slicingArguments: ["first", "last"])
  newest(first: Int = 5): [Book!]! @listSize(slicingArguments: ["first"])
  grid: [[Book!]!]!
}
type Mutation { add: Book }
`;
const schema = buildSchema(SDL);
const rules = costRulesOf(
  parse(
    `extend schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])\n${SDL}`,
  ),
);

const count = (query: string, variables: Record<string, unknown> = {}) => {
  const document = parse(query);
  const operation = document.definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  return compileCost({ schema, rules, document, operation, largestPage: 100 })(variables);
};
const cost = (query: string, variables?: Record<string, unknown>) => count(query, variables).cost;

test.each<[string, string, Record<string, unknown>, number]>([
  ['a thing is one', '{ book { title } }', {}, 1],
  ['a list is as long as it says', '{ book { authors { name } } }', {}, 1 + 3],
  ['one that says nothing is ten', '{ book { similar { title } } }', {}, 1 + 10],
  ['a page is by default', '{ author { books { totalCount } } }', {}, 2],
  ['with its edges', '{ author { books { edges { node { title } } } } }', {}, 2 + 20 * 2],
  ['or as long as is asked', '{ author { books(first: 3) { edges { node { id } } } } }', {}, 2 + 6],
  [
    'nothing asked for is nothing',
    '{ author { books(first: 0) { edges { node { id } } } } }',
    {},
    2,
  ],
  ['null is the default', '{ author { books(first: null) { edges { __typename } } } }', {}, 22],
  [
    'also in a variable',
    'query($n: Int) { author { books(first: $n) { edges { __typename } } } }',
    { n: null },
    22,
  ],
  [
    'a variable left out',
    'query($n: Int) { author { books(first: $n) { edges { __typename } } } }',
    {},
    22,
  ],
  [
    'its own default',
    'query($n: Int = 4) { author { books(first: $n) { edges { __typename } } } }',
    {},
    6,
  ],
  [
    'null instead of its default',
    'query($n: Int = 4) { author { books(first: $n) { edges { __typename } } } }',
    { n: null },
    22,
  ],
  ['ids are as many as are given', '{ nodes(ids: ["a", "a", "a"]) { id } }', {}, 3],
  [
    'also in a variable',
    'query($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    { ids: Array(70).fill('a') },
    70,
  ],
  ['and one by one', 'query($a: ID!) { nodes(ids: [$a, $a]) { id } }', { a: 'x' }, 2],
  ['one stands for a list of one', '{ nodes(ids: "a") { id } }', {}, 1],
  ['a size in an input', '{ search(page: { limit: 12 }) { id } }', {}, 12],
  ['also in a variable', 'query($p: Page) { search(page: $p) { id } }', { p: { limit: 9 } }, 9],
  ['none in an input', '{ search(page: {}) { id } }', {}, 30],
  [
    'the largest of several',
    '{ nodes(ids: ["a"]) { ... on Book { authors { id } } ... on Author { id } } }',
    {},
    1 + 3,
  ],
  [
    'of the types a thing may have, the dearest',
    '{ nodes(ids: ["a"]) { ... on Book { authors { id } similar { id } } ... on Author { books { edges { node { id } } } } } }',
    {},
    1 + 1 + 40,
  ],
  [
    'what all of them have is added',
    '{ nodes(ids: ["a"]) { ... on Node { ... on Book { authors { id } } } ... on Book { similar { id } } } }',
    {},
    1 + 3 + 10,
  ],
  [
    'a fragment on another type',
    '{ book { ... on Author { books { totalCount } } ... on Node { id } title } }',
    {},
    1,
  ],
  [
    'of an interface, the longest list that may stand for it',
    '{ shelf { books(first: 2) { id } } }',
    {},
    1 + 50,
  ],
  ['a list in a list', '{ grid { id } }', {}, 100],
  ['of types a thing may have, the dearest by itself', '{ find { __typename } }', {}, 9],
  ['also in lists', '{ case { ... on Drawer { finds { __typename } } } }', {}, 1 + 2 * 9],
  [
    'one of an interface that says nothing is as any other',
    '{ case { finds { __typename } } }',
    {},
    1 + 10 * 9,
  ],
  ['an argument by its scalar or enum', '{ sift(hard: NO, order: RANK) { id } }', {}, 1 + 30],
  ['each of its items', '{ sift(like: ["a", "b"]) { id } }', {}, 1 + 8],
  ['one item alone', '{ sift(like: "a") { id } }', {}, 1 + 4],
  ['what an input gives', '{ sift(by: { deep: 1, like: "a", text: "b" }) { id } }', {}, 1 + 44],
  [
    'a weight where it goes in place of its own',
    '{ sift(by: { likes: ["a", "b"] }) { id } }',
    {},
    1 + 6,
  ],
  [
    'inputs within inputs',
    '{ sift(by: { and: [{ deep: 1 }, { and: [{ deep: 2 }] }] }) { id } }',
    {},
    1 + 80,
  ],
  [
    'also in a variable',
    'query($s: Sieve) { sift(by: $s) { id } }',
    { s: { and: [{ deep: 1 }, { hard: 'NO' }] } },
    1 + 70,
  ],
  [
    'or in parts of one',
    'query($d: Int, $s: Sieve!) { sift(by: { deep: $d, and: [$s] }) { id } }',
    { d: 1, s: { like: 'x' } },
    1 + 44,
  ],
  ['an argument that weighs, and what it gives', '{ sift(dear: { deep: 1 }) { id } }', {}, 1 + 43],
  ['null gives nothing', '{ sift(by: { and: null }, hard: null) { id } }', {}, 1],
  ['a mutation changes things', 'mutation { add { id } }', {}, 11],
])('%s: %s %j', (_, query, variables, expected) => {
  expect(cost(query, variables)).toBe(expected);
});

test.each([
  ['{ latest { id } }', ['latest']],
  ['{ latest(first: 1, last: 1) { id } }', ['latest']],
  ['{ latest(first: null) { id } }', ['latest']],
  ['{ latest(first: 2) { id } newest { id } }', []],
  ['{ book { id } a: newest(first: null) { id } }', []],
])('exactly one size is demanded where the schema says so: %s', (query, fields) => {
  expect([...count(query).unsliced.keys()]).toEqual(fields);
});

test('a size that no list gives is reported once, for lists of ids too', () => {
  expect(count('{ author { a: books(first: 101) { totalCount } } }').pages).toEqual([
    { argument: 'first', value: 101 },
  ]);
  expect(count('{ shelf { books(first: -1) { id } } }').pages).toEqual([
    { argument: 'first', value: -1 },
  ]);
  const ids = Array(101).fill('a');
  expect(count('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }).pages).toEqual([
    { argument: 'ids', value: 101 },
  ]);
});

/** Names that every object seems to have a value for: `constructor`, `toString`, `__proto__`, … */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);

describe.each(INHERITED)('a variable called %s', (name) => {
  const query = `query($${name}: Int = 101) { author { books(first: $${name}) { edges { id: __typename } } } }`;
  const given = (value: unknown) => Object.fromEntries([[name, value]]);

  test('has its own default', () => {
    expect(count(query)).toMatchObject({ cost: 2 + 101, pages: [{ value: 101 }] });
    const ids = `query($${name}: [ID!]! = ["a", "b", "c"]) { nodes(ids: $${name}) { id } }`;
    expect(cost(ids)).toBe(3);
  });

  test('is the given value, or null', () => {
    expect(cost(query, given(4))).toBe(2 + 4);
    expect(cost(query, given(null))).toBe(2 + 20);
  });

  test('is nothing where nothing is given', () => {
    const paged = `query($${name}: Int) { author { books(first: $${name}) { edges { id: __typename } } } }`;
    expect(cost(paged)).toBe(2 + 20);
  });
});
