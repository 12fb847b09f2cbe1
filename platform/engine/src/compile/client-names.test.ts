import { type FieldNode, parse, print, visit } from 'graphql';
import { expect, test } from 'vitest';
import { createPlanningNames, withPlanningNames } from './client-names.ts';

const planned = (query: string, machinery: string[] = []): string => {
  const document = parse(query);
  return print(withPlanningNames(document, createPlanningNames(document, new Set(machinery))));
};
const same = (query: string): string => print(parse(query));

test('names that nothing can mistake stay as they are', () => {
  const query = '{ a: users { id name } b: users { id: id title: name } }';
  expect(planned(query, ['id'])).toBe(same(query));
});

test('an alias with the name of a key, and a required field with arguments, get other names', () => {
  expect(planned('{ users { id: name price(in: "EUR") id2: id } }', ['id', 'price'])).toBe(
    same('{ users { id__client0: name price__client0: price(in: "EUR") id2: id } }'),
  );
});

test('a name with several meanings gets one name for each', () => {
  expect(
    planned(
      '{ x { ... on A { n(a: 1, b: 2) } ... on B { n(b: 2, a: 1) } ... on C { n n(a: 3) } } }',
    ),
  ).toBe(
    same(
      '{ x { ... on A { n__client0: n(a: 1, b: 2) } ... on B { n__client0: n(b: 2, a: 1) } ... on C { n n__client2: n(a: 3) } } }',
    ),
  );
});

test('names and variables find their way back, and only those that stand for others', () => {
  const document = parse(`query ($representations: Int, $client_representations: Int, $r: Int) {
    id: title id__client0: other x__client1: plain
  }`);
  const names = createPlanningNames(document, new Set(['id']));
  expect(print(withPlanningNames(document, names))).toBe(
    same(`query ($client_1representations: Int, $client_representations: Int, $r: Int) {
      id__client1: title id__client0: other x__client1: plain
    }`),
  );
  expect(['id__client1', 'id__client0', 'x__client1', 'id'].map(names.clientName)).toEqual([
    'id',
    'id__client0',
    'x__client1',
    'id',
  ]);
  expect(['client_1representations', 'client_representations'].map(names.clientVariable)).toEqual([
    'representations',
    'client_representations',
  ]);
});

test("what looks like an alias of the planner's is renamed, plain fields too", () => {
  expect(planned('{ a__alias_0 b__alias_1: c }')).toBe(
    same('{ a__alias_0__client0: a__alias_0 b__alias_1__client0: c }'),
  );
});

test('equal fields have equal names wherever they stand', () => {
  const document = parse('{ a { n: x(i: 1) } b { n: x(i: 1) n2: y } c { n: y } }');
  const names = createPlanningNames(document, new Set());
  const found: string[] = [];
  visit(document, { Field: (field: FieldNode) => void found.push(names.nameOf(field)) });
  expect(found).toEqual(['a', 'n__client0', 'b', 'n__client0', 'n2', 'c', 'n__client1']);
});
