import { expect, test } from 'vitest';
import { happensOnce } from './repeatable-mutations.ts';

const asked = (query: string, variables?: unknown, operationName?: string) =>
  happensOnce({
    query,
    operationName,
    variablesText: variables === undefined ? undefined : JSON.stringify(variables),
  });

test.each([
  ['a literal', 'mutation { pay(idempotencyKey: "k") { id } }', undefined],
  ['a variable', 'mutation ($k: ID) { pay(idempotencyKey: $k) { id } }', { k: 'k' }],
  ['an input', 'mutation ($i: I) { pay(input: $i) { id } }', { i: { idempotencyKey: 'k' } }],
  ['an input written out', 'mutation { say(input: { clientMessageId: "k", a: 1 }) { id } }', {}],
  [
    'an input with a variable',
    'mutation ($k: ID) { say(input: { clientMessageId: $k }) { id } }',
    { k: 'k' },
  ],
  [
    'each of two fields, one in a fragment',
    'mutation ($k: ID) { ...F b: pay(idempotencyKey: $k) { id } __typename } fragment F on Mutation { a: pay(idempotencyKey: "j") { id } }',
    { k: 'k' },
  ],
])('with a key in %s a mutation may be sent again', (_, query, variables) => {
  expect(asked(query, variables)).toBe(true);
});

test.each([
  ['has no key', 'mutation { pay(amount: 1) { id } }', {}],
  ['has a key that is null', 'mutation { pay(idempotencyKey: null) { id } }', {}],
  ['has a key whose variable is left out', 'mutation ($k: ID) { pay(idempotencyKey: $k) }', {}],
  [
    'has a key whose variable is null',
    'mutation ($i: I) { pay(input: $i) }',
    { i: { idempotencyKey: null } },
  ],
  ['has a key for one field only', 'mutation { a: pay(idempotencyKey: "k") b: pay(x: 1) }', {}],
  [
    'has a key deeper than its input',
    'mutation ($i: I) { pay(input: $i) }',
    { i: { a: { idempotencyKey: 'k' } } },
  ],
  ['is a query', '{ pay(idempotencyKey: "k") }', {}],
  ['selects nothing', 'mutation { __typename }', {}],
])('one that %s may not', (_, query, variables) => {
  expect(asked(query, variables)).toBe(false);
});

test('of several operations the one that is named counts', () => {
  const query = 'mutation A { pay(idempotencyKey: "k") } mutation B { pay(x: 1) }';
  expect([asked(query, {}, 'A'), asked(query, {}, 'B')]).toEqual([true, false]);
});
