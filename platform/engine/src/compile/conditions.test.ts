import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { conditionVariables, resolveConditions, withoutEmptySets } from './conditions.ts';

const resolved = (query: string, values: Record<string, boolean>): string =>
  print(resolveConditions(parse(query), values)).replace(/\s+/g, ' ');

test('skipped fields are gone, and so are the conditions', () => {
  const query = `query ($a: Boolean!, $b: Boolean!) {
    one @include(if: $a) two @skip(if: $a) @other three @skip(if: false) @include(if: $b)
    ... on Query @include(if: $b) { four } ...F @skip(if: $b)
  }`;
  expect(conditionVariables(parse(query))).toEqual(['a', 'b']);
  expect(resolved(query, { a: true, b: true })).toContain('{ one three ... on Query { four } }');
  expect(resolved(query, { a: false, b: false })).toContain('{ two @other ...F }');
});

test('a field may be left without any selection, which the planner is not shown', () => {
  const document = resolveConditions(parse('{ user { id @skip(if: true) } }'), {});
  const [operation] = document.definitions;
  expect(JSON.stringify(operation)).toContain('"selections":[]');
  expect(print(withoutEmptySets(document)).replace(/\s+/g, ' ')).toBe('{ user { __typename } }');
});
