import {
  BREAK,
  buildSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  OverlappingFieldsCanBeMergedRule,
  parse,
  print,
  specifiedRules,
  type ValidationRule,
  validate,
  visit,
} from 'graphql';
import { expect, test } from 'vitest';
import { subgraphs } from '../../testing/differential/market.ts';
import { createRandom, type Random } from '../../testing/differential/random.ts';
import { PLAIN_NAMES, randomOperation } from '../../testing/differential/random-operation.ts';
import { composeSubgraphs } from '../../testing/test-supergraph.ts';
import { FiniteFloatsRule } from './finite-floats-rule.ts';
import { IncrementalRule } from './incremental-rule.ts';
import { StreamRule } from './stream-rule.ts';
import { apiSchemaOf } from './supergraph.ts';
import { UnconditionalSubscriptionsRule } from './unconditional-subscriptions-rule.ts';
import { UsableVariablesRule } from './usable-variables-rule.ts';
import { validateDocument } from './validate-document.ts';

const SEEDS = process.env.SOUK_SOAK ? 2_000 : 100;
const RULES: readonly ValidationRule[] = [
  UnconditionalSubscriptionsRule,
  ...specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule),
  FiniteFloatsRule,
  UsableVariablesRule,
  IncrementalRule,
  StreamRule,
  NoSchemaIntrospectionCustomRule,
];

/** A name that is mostly wrong where it is put. */
const NAMES = ['id', 'name', 'products', 'Book', 'User', 'F0', 'v0', 'nothing', 'include', 'if'];

/** The document with some of its names exchanged, and values of other kinds. */
const broken = (text: string, random: Random): string =>
  print(
    visit(parse(text), {
      Name: (node) => (random.chance(0.06) ? { ...node, value: random.pick(NAMES) } : undefined),
      IntValue: (node) =>
        random.chance(0.1) ? { ...node, kind: Kind.FLOAT, value: '1.5' } : undefined,
    }),
  );

test('a document has the errors that graphql-js finds, in their order and number', () => {
  const schema = apiSchemaOf(composeSubgraphs(subgraphs));
  const found = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = createRandom(seed);
    const names = { ...PLAIN_NAMES, deferred: 0.2 };
    const { text } = randomOperation(schema, random, names);
    const document = parse(broken(text, random));
    for (const maxErrors of [1, 4, 100]) {
      const expected = validate(schema, document, RULES, { maxErrors });
      const errors = validateDocument(schema, document, RULES, maxErrors);
      expect(
        errors.map((error) => error.toJSON()),
        print(document),
      ).toEqual(expected.map((error) => error.toJSON()));
      for (const { message } of errors) found.add(message.replace(/"[^"]*"/g, '…'));
    }
  }
  expect(found.size).toBeGreaterThan(20);
});

const SMALL = buildSchema('type Query { a(of: Int): Int, b: Query }');

test('a rule for all kinds, one that skips and one that breaks off see what graphql-js shows them', () => {
  const seenBy = (run: typeof validate | typeof validateDocument): string[] => {
    const seen: string[] = [];
    const rules: ValidationRule[] = [
      () => ({
        enter: ({ kind }) => void seen.push(`all ${kind}`),
        leave: ({ kind }) => void seen.push(`all left ${kind}`),
        Field: ({ name }) => (name.value === 'b' ? false : void seen.push(`field ${name.value}`)),
      }),
      () => ({ Argument: { leave: ({ name }) => void seen.push(`argument ${name.value}`) } }),
      () => ({
        Field: ({ name }) => (name.value === 'b' ? BREAK : void seen.push(`until ${name.value}`)),
      }),
    ];
    const document = parse('"about it" query Q { a(of: 1) b { a } c: a(of: 2) }');
    if (run === validate) validate(SMALL, document, rules);
    else validateDocument(SMALL, document, rules, 100);
    return seen;
  };
  expect(seenBy(validateDocument)).toEqual(seenBy(validate));
});

const CONDITIONAL = [
  'subscription($a: Boolean!) { said @skip(if: $a) }',
  'subscription($a: Boolean = false) { ... @include(if: $a) { said } }',
  'subscription($a: Boolean!) { ...F } fragment F on Subscription { ...G ...F } fragment G on Subscription { said @include(if: $a) }',
  'subscription { said @skip }',
  'subscription { said @skip(if: "x") }',
  'subscription { said @skip(if: true) }',
];

test.each(CONDITIONAL)('mistakes in %s are reported, and not thrown', (text) => {
  const schema = buildSchema('type Query { a: Int } type Subscription { said: Int }');
  const errors = validateDocument(schema, parse(text), RULES, 5);
  expect(errors[0]).toMatchObject({ message: expect.stringContaining('@skip or @include') });
  // Without our own rule as well, which does not know about future rules.
  const others = RULES.filter((rule) => rule !== UnconditionalSubscriptionsRule);
  expect(() => validateDocument(schema, parse(text), others, 5)).not.toThrow();
});
