import { execute, type GraphQLFieldResolver, parse } from 'graphql';
import { expect, test } from 'vitest';
import { startTestSupergraph } from '../test-supergraph.ts';
import { fieldFunctions, subgraphs } from './market.ts';
import { createRandom } from './random.ts';
import { randomOperation } from './random-operation.ts';

const OPERATIONS = Number(process.env.DIFFERENTIAL_OPERATIONS ?? 2_000);
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);

const BATCH = 50;

const fieldResolver: GraphQLFieldResolver<Record<string, unknown>, unknown> = (
  row,
  args,
  _context,
  { parentType, fieldName },
) => {
  const compute = fieldFunctions[parentType.name]?.[fieldName];
  return compute ? compute(row, args) : row?.[fieldName];
};

test(`${OPERATIONS} random operations are answered as by one schema that has it all`, async () => {
  const { engine, run, requests } = startTestSupergraph(subgraphs);
  for (let seed = FIRST_SEED; seed < FIRST_SEED + OPERATIONS; seed += 1) {
    // Planned in batches ahead, so that no operation waits for its own way to the planner and back.
    if ((seed - FIRST_SEED) % BATCH === 0) {
      for (let ahead = seed; ahead < seed + BATCH; ahead += 1) {
        void engine.prepare(randomOperation(engine.apiSchema, createRandom(ahead)).text);
      }
    }
    const { text, variables } = randomOperation(engine.apiSchema, createRandom(seed));
    const expected = await execute({
      schema: engine.apiSchema,
      document: parse(text),
      variableValues: variables,
      fieldResolver,
    });
    const actual = await run(text, variables);
    // As text, so that the order of members is compared too.
    const problem = `seed ${seed}\n${text}\n${JSON.stringify(variables)}`;
    expect(`${JSON.stringify(actual)}\n${problem}`).toBe(`${JSON.stringify(expected)}\n${problem}`);
  }
  expect(requests.length).toBeGreaterThan(OPERATIONS);
}, 600_000);
