import {
  buildSchema,
  OverlappingFieldsCanBeMergedRule,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import { expect, test } from 'vitest';
import { subgraphs } from '../../testing/differential/market.ts';
import { createRandom, type Random } from '../../testing/differential/random.ts';
import { PLAIN_NAMES, randomOperation } from '../../testing/differential/random-operation.ts';
import { composeSubgraphs } from '../../testing/test-supergraph.ts';
import { hasOneFieldPerName } from './same-fields.ts';
import { apiSchemaOf } from './supergraph.ts';

const SEEDS = process.env.SOUK_SOAK ? 10_000 : 400;

const conflictsOf = (schema: Parameters<typeof validate>[0], text: string) =>
  validate(schema, parse(text), [OverlappingFieldsCanBeMergedRule]);

/** The operation with more fields under few names, values exchanged: many cannot be merged any more. */
const confused = (text: string, random: Random): string =>
  print(
    visit(parse(text), {
      Field: (field) =>
        random.chance(0.15)
          ? { ...field, alias: { kind: field.name.kind, value: random.pick(['a', 'id', 'name']) } }
          : undefined,
      IntValue: (node) => (random.chance(0.2) ? { ...node, value: '9' } : undefined),
    }),
  );

test('selections with one field for each name always merge, as graphql-js agrees', () => {
  const schema = apiSchemaOf(composeSubgraphs(subgraphs));
  const counts = { plain: 0, conflicting: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = createRandom(seed);
    const { text: given } = randomOperation(schema, random, { ...PLAIN_NAMES, aliased: 0.05 });
    const text = random.chance(0.5) ? confused(given, random) : given;
    const conflicts = conflictsOf(schema, text);
    if (conflicts.length > 0) counts.conflicting += 1;
    if (!hasOneFieldPerName(schema, parse(text))) continue;
    counts.plain += 1;
    expect(conflicts, text).toEqual([]);
  }
  expect(counts.plain).toBeGreaterThan(SEEDS / 4);
  expect(counts.conflicting).toBeGreaterThan(SEEDS / 20);
});

const SMALL = buildSchema(`
  type Query { thing: Thing, cat: Cat, mixed: Mixed }
  union Mixed = Thing | Cat
  interface Named { name: String, other: Named }
  type Thing implements Named { name: String, size(in: Int): Int, other: Named }
  type Cat implements Named { name: String, size: String, other: Cat, age: Int }
`);

test.each([
  [
    'one field in two fragments',
    '{ thing { ...A ...B } } fragment A on Thing { name other { name } } fragment B on Named { name other { __typename } }',
  ],
  ['the type in two places', '{ mixed { __typename ... on Cat { __typename age } } }'],
  ['equal arguments', '{ thing { size(in: 1) size(in: 1) } }'],
])('%s can be seen to be one', (_, text) => {
  expect(hasOneFieldPerName(SMALL, parse(text))).toBe(true);
});

test.each([
  ['another field under the name', '{ cat { name: age name } }'],
  ['other arguments', '{ thing { size(in: 1) size(in: 2) } }'],
  ['another type behind a fragment', '{ mixed { ... on Thing { size } ... on Cat { size } } }'],
  [
    'another field below, by way of two fragments',
    '{ ...A ...B } fragment A on Query { cat { a: name } } fragment B on Query { cat { a: age } }',
  ],
  [
    'another field in the second operation',
    'query A { cat { name } } query B { cat { name: age name } }',
  ],
])('%s is left to the rule', (_, text) => {
  expect(conflictsOf(SMALL, text)).not.toEqual([]);
  expect(hasOneFieldPerName(SMALL, parse(text))).toBe(false);
});

test('fragments that spread each other are not followed without end', () => {
  const spread = Array.from(
    { length: 40 },
    (_, n) => `fragment F${n} on Cat { other { ...F${n + 1} } name } fragment G${n} on Cat { age }`,
  );
  const twice = Array.from(
    { length: 40 },
    (_, n) => `fragment D${n} on Cat { a: other { ...D${n + 1} } b: other { ...D${n + 1} } }`,
  );
  const ends = 'fragment F40 on Cat { age } fragment D40 on Cat { age }';
  const deep = `{ cat { ...F0 } } ${spread.join(' ')} ${ends}`;
  expect(hasOneFieldPerName(SMALL, parse(deep))).toBe(true);
  expect(hasOneFieldPerName(SMALL, parse(`{ cat { ...D0 } } ${twice.join(' ')} ${ends}`))).toBe(
    false,
  );
});
