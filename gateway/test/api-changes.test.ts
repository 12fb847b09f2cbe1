import { expect, test } from 'vitest';
import { apiChanges, printApiChanges } from '../src/supergraph/api-changes.ts';

const BEFORE = `type Query { a(x: Int): Int  b: B }  type B { c: String!  d: D }  enum D { ONE }
  union U = B  input I { n: Int }`;

test.each([
  ['a field that is gone', ['d: D', ''], 'breaking', 'B.d was removed.'],
  ['what may be null by now', ['c: String!', 'c: String'], 'breaking', 'B.c changed type'],
  ['an argument that must be given', ['x: Int', 'x: Int!'], 'breaking', 'a arg x has changed type'],
  ['a new value', ['ONE }', 'ONE TWO }'], 'dangerous', 'TWO was added'],
  ['a new value, as an addition', ['ONE }', 'ONE TWO }'], 'added', 'TWO was added'],
  ['a new field', ['d: D', 'd: D e: Int'], 'added', 'B.e was added.'],
  ['a new argument', ['x: Int', 'x: Int y: Int'], 'added', 'a arg y was added'],
  ['a new type', ['union U', 'type N { n: Int } union U'], 'added', 'N was added'],
  [
    'what shall not be used',
    ['d: D', 'd: D @deprecated(reason: "Ask e.")'],
    'deprecated',
    'B.d is deprecated: Ask e.',
  ],
] as const)('%s is reported', (_what, [from, to], kind, sentence) => {
  const changes = apiChanges(BEFORE, BEFORE.replace(from, to));
  expect(changes[kind]).toEqual([expect.stringContaining(sentence)]);
  expect(printApiChanges(changes)).toContain(sentence);
});

test('the same API has no changes to report', () => {
  expect(printApiChanges(apiChanges(BEFORE, BEFORE))).toBe('');
});
