import { expect, test } from 'vitest';
import { createPlanCache, type PreparedOperation } from '../src/index.ts';
import { startTestSupergraph, type TestSubgraph } from '../testing/test-supergraph.ts';

const bulbs = (more = ''): readonly TestSubgraph[] => [
  {
    name: 'catalogue',
    typeDefs: `type Query { bulb(id: ID!): Bulb } type Bulb @key(fields: "id") { id: ID! name: String ${more} }`,
    resolvers: {
      Query: { bulb: (_: unknown, { id }: { id: string }) => ({ id, name: `Bulb ${id}` }) },
    },
  },
  {
    name: 'stock',
    typeDefs: 'type Bulb @key(fields: "id") { id: ID! left: Int }',
    resolvers: {
      Bulb: { __resolveReference: ({ id }: { id: string }) => ({ id, left: Number(id) }) },
    },
  },
];

/** How often threads had something to find out: a plan, or whether fields can be merged. */
function counted() {
  const lookUps = { known: 0, found: 0 };
  const onLookUp = (isKnown: boolean) => {
    lookUps[isKnown ? 'known' : 'found'] += 1;
  };
  return { lookUps, plans: createPlanCache({ onLookUp }) };
}

test('a plan outlives its supergraph where its parts are the same in the next', async () => {
  const { lookUps, plans } = counted();
  const query = '{ bulb(id: "7") { name left } }';
  const answer = { data: { bulb: { name: 'Bulb 7', left: 7 } } };
  expect(await startTestSupergraph(bulbs(), { plans }).run(query)).toEqual(answer);
  expect(await startTestSupergraph(bulbs('colour: String'), { plans }).run(query)).toEqual(answer);
  expect(lookUps).toEqual({ known: 1, found: 1 });
  const moved = bulbs().map((each) =>
    each.name === 'stock' ? { ...each, name: 'warehouse' } : each,
  );
  expect(await startTestSupergraph(moved, { plans }).run(query)).toEqual(answer);
  expect(lookUps).toEqual({ known: 1, found: 2 });
});

test('equivalent texts share a plan, also while it is being made', async () => {
  const { lookUps, plans } = counted();
  const { run } = startTestSupergraph(bulbs(), { plans });
  const texts = ['{ bulb(id: 1) { left } }', '{bulb(id:1){left}}', '{ bulb(id: 1) { left, } }'];
  const answers = await Promise.all(texts.map((text) => run(text)));
  expect(answers.map(({ data }) => data.bulb.left)).toEqual([1, 1, 1]);
  expect(lookUps).toEqual({ known: 2, found: 1 });
});

test('operations that differ only in names and values share a plan, and each gets its own answer', async () => {
  const { lookUps, plans } = counted();
  const { run } = startTestSupergraph(bulbs(), { plans });
  const answers = await Promise.all(
    [
      'query One { a: bulb(id: "1") { b: left id: name } }',
      'query Two { left: bulb(id: "2") { a: left name: name } }',
      '{ c: bulb(id: "3") { c: left x: name } }',
    ].map((text) => run(text)),
  );
  expect(answers).toEqual([
    { data: { a: { b: 1, id: 'Bulb 1' } } },
    { data: { left: { a: 2, name: 'Bulb 2' } } },
    { data: { c: { c: 3, x: 'Bulb 3' } } },
  ]);
  // An alias that equals the field's name is not an alias.
  expect(lookUps).toEqual({ known: 1, found: 2 });
  expect(await run('query Four { d: bulb(id: "4") { d: left y: name } }')).toEqual({
    data: { d: { d: 4, y: 'Bulb 4' } },
  });
  expect(lookUps).toEqual({ known: 2, found: 2 });
});

test('threads check whether fields can be merged only where a name is used several times', async () => {
  const { lookUps, plans } = counted();
  const { run } = startTestSupergraph(bulbs(), { plans });
  await run('{ bulb(id: "1") { n: name } }');
  expect(lookUps).toEqual({ known: 0, found: 1 });
  const conflicting = await run('{ bulb(id: "1") { n: name n: id } }');
  expect(conflicting.errors).toHaveLength(1);
  expect(lookUps).toEqual({ known: 0, found: 3 });
});

test('the plan cache is bounded', async () => {
  const plans = createPlanCache({ mostCharacters: 100 });
  const made: string[] = [];
  const ask = (key: string) =>
    plans.get(key, async () => {
      made.push(key);
      return 'x'.repeat(30);
    });
  for (const key of ['a', 'b', 'c', 'd', 'a', 'd']) expect(await ask(key)).toHaveLength(30);
  expect(made).toEqual(['a', 'b', 'c', 'd', 'a']);
});

test('conflicting fields are refused each time the operation is to run', async () => {
  const { engine, run, requests } = startTestSupergraph(bulbs());
  const query =
    'query ($more: Boolean!) { bulb(id: 1) { n: id n: name left @include(if: $more) } }';
  const refused = {
    errors: [
      {
        message: expect.stringContaining('"id" and "name" are different fields'),
        locations: [
          { line: 1, column: 41 },
          { line: 1, column: 47 },
        ],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ],
  };
  for (const more of [true, false, true]) expect(await run(query, { more })).toEqual(refused);
  const failure = await (engine.prepare(query) as PreparedOperation).planAhead();
  expect(failure?.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(requests).toEqual([]);
});
