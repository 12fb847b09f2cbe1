import { type FieldNode, parse, print, visit } from 'graphql';
import { expect, test } from 'vitest';
import {
  clientName,
  clientVariable,
  createPlanningNames,
  withPlanningNames,
} from './client-names.ts';

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

test('names and variables find their way back', () => {
  expect(clientName('id__client0')).toBe('id');
  expect(clientName('id')).toBe('id');
  const query = 'query ($representations: Int, $client_representations_1: Int, $r: Int) { x }';
  const names: string[] = [];
  visit(parse(planned(query)), { Variable: ({ name }) => void names.push(name.value) });
  expect(names).toEqual(['client_representations', 'client_client_representations_1', 'r']);
  expect(names.map(clientVariable)).toEqual(['representations', 'client_representations_1', 'r']);
});

test('equal fields have equal names wherever they stand', () => {
  const document = parse('{ a { n: x(i: 1) } b { n: x(i: 1) n2: y } c { n: y } }');
  const names = createPlanningNames(document, new Set());
  const found: string[] = [];
  visit(document, { Field: (field: FieldNode) => void found.push(names.nameOf(field)) });
  expect(found).toEqual(['a', 'n__client0', 'b', 'n__client0', 'n2', 'c', 'n__client1']);
});
