import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import { type DocumentNode, parse, print } from 'graphql';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { subgraphs } from '../../testing/differential/market.ts';
import { createRandom } from '../../testing/differential/random.ts';
import { PLAIN_NAMES, randomOperation } from '../../testing/differential/random-operation.ts';
import { composeSubgraphs, type TestSubgraph } from '../../testing/test-supergraph.ts';
import { createPlanCache } from '../plan-cache.ts';
import { createPlanInputs, type PlanInputs } from './plan-inputs.ts';
import { PlannedTypes } from './planned-types.ts';
import { createPlanner } from './planner.ts';
import { plannerSupergraph } from './planner-supergraph.ts';
import { apiSchemaOf } from './supergraph.ts';

type Change = (before: readonly TestSubgraph[]) => readonly TestSubgraph[];

const same: Change = (before) => before;
const edited =
  (name: string, from: string, to: string): Change =>
  (before) =>
    before.map((each) => {
      if (each.name !== name) return each;
      expect(each.typeDefs).toContain(from);
      return { ...each, typeDefs: each.typeDefs.replace(from, to) };
    });
const both =
  (...changes: readonly Change[]): Change =>
  (before) =>
    changes.reduce((subgraphs, change) => change(subgraphs), before);

/** What releases of subgraphs change, and whether any earlier operation has to be planned again. */
const CHANGES: readonly (readonly [what: string, change: Change, isFelt: boolean])[] = [
  ['a field is new', edited('reviews', 'body: String', 'body: String edited: Boolean'), false],
  ['a field is described', edited('accounts', 'nickname:', '"As friends say." nickname:'), false],
  [
    'a subgraph with things of its own is new, before all others',
    (before) => [
      { name: 'ads', typeDefs: 'type Query { ad: Ad } type Ad { text: String }' },
      ...before,
    ],
    false,
  ],
  [
    'a subgraph knows more of a type',
    (before) => [
      ...before,
      { name: 'wishes', typeDefs: 'type User @key(fields: "id") { id: ID! wishes: [String!]! }' },
    ],
    true,
  ],
  [
    'a field can be had from another subgraph as well',
    both(
      edited('accounts', 'nickname: String', 'nickname: String @shareable'),
      edited('reviews', '@external reviews', '@external nickname: String @shareable reviews'),
    ),
    true,
  ],
  [
    'a field has moved',
    both(
      edited('accounts', 'nickname: String ', ''),
      edited('orders', 'spent: Float!', 'spent: Float! nickname: String'),
    ),
    true,
  ],
  [
    'a field requires another',
    both(
      edited('inventory', '@requires(fields: "title weight")', '@requires(fields: "weight")'),
      edited('inventory', ' title: String! @external', ''),
    ),
    true,
  ],
  [
    'nothing is provided any more',
    both(
      edited('reviews', '@provides(fields: "username")', ''),
      edited('reviews', 'username: String! @external ', ''),
    ),
    true,
  ],
  ['another thing may be found', edited('products', '| Toy | Review', '| Review'), true],
  [
    'there is one more key',
    both(
      edited('accounts', '@key(fields: "id")', '@key(fields: "id") @key(fields: "username")'),
      edited('reviews', '@provides(fields: "username")', ''),
      edited('reviews', 'username: String! @external', 'username: String! @shareable'),
    ),
    true,
  ],
  [
    'there is one more kind of product',
    edited(
      'products',
      'union Found',
      'type Game implements Product @key(fields: "id") { id: ID! title: String! seller: User } union Found',
    ),
    true,
  ],
];

const OPERATIONS = 30;

/** A planner over the changed subgraphs that plans everything. */
function planning(change: Change) {
  const sdl = composeSubgraphs(change(subgraphs));
  const { document } = plannerSupergraph(parse(sdl, { noLocation: true }));
  const planner = createPlanner({
    supergraphSdl: print(document),
    supportedFeatures: [...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES],
    mostPlansEvaluated: 1_000,
    limitMs: 120_000,
    plans: createPlanCache(),
    inputs: createPlanInputs(new PlannedTypes(document)),
  });
  const planOf = async (operation: DocumentNode): Promise<string> => {
    try {
      return JSON.stringify(await planner.plan(operation));
    } catch (error) {
      return String(error);
    }
  };
  return { document, sdl, planOf, close: () => planner.close() };
}

/** The same for all changes, so each operation is planned there once. */
const before = planning(same);
afterAll(() => before.close());

/** How many operations' plans would be kept over the change, and how many of those would be wrong. */
async function keptOver(
  change: Change,
  inputsOf: (document: DocumentNode) => PlanInputs,
): Promise<{ kept: number; wrong: string[] }> {
  const after = planning(change);
  onTestFinished(after.close);
  const [inputsBefore, inputsAfter] = [inputsOf(before.document), inputsOf(after.document)];
  const apiSchema = apiSchemaOf(before.sdl);
  const operations = Array.from({ length: OPERATIONS }, (_, seed) =>
    parse(randomOperation(apiSchema, createRandom(seed), PLAIN_NAMES).text),
  );
  const kept = operations.filter((each) => inputsBefore(each) === inputsAfter(each));
  const wrong = await Promise.all(
    kept.map(async (each) => {
      const [old, fresh] = await Promise.all([before.planOf(each), after.planOf(each)]);
      return old === fresh ? [] : [`${print(each)}\n${old}\n${fresh}`];
    }),
  );
  return { kept: kept.length, wrong: wrong.flat() };
}

test.each(CHANGES)(
  'where %s, an operation whose inputs are the same has the same plan',
  async (_, change, isFelt) => {
    const { kept, wrong } = await keptOver(change, (document) =>
      createPlanInputs(new PlannedTypes(document)),
    );
    expect(wrong).toEqual([]);
    expect(kept).toBeGreaterThan(0);
    expect(kept < OPERATIONS).toBe(isFelt);
  },
);

test('this would not hold if only the text of an operation decided (mutant)', async () => {
  const [, moved] = CHANGES.find(([what]) => what === 'a field has moved') ?? [];
  expect((await keptOver(moved ?? same, () => () => '')).wrong).not.toEqual([]);
});
