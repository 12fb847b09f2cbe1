import { execute, type GraphQLFieldResolver, parse } from 'graphql';
import { expect, test } from 'vitest';
import {
  failedPlaces,
  faultyFields,
  faultyMarket,
} from '../../testing/differential/faulty-market.ts';
import {
  INVENTED_ALIASES,
  INVENTED_FRAGMENTS,
  INVENTED_VARIABLES,
} from '../../testing/differential/invented-names.ts';
import { fieldFunctions, subgraphs } from '../../testing/differential/market.ts';
import { createRandom, type Random } from '../../testing/differential/random.ts';
import {
  type Names,
  PLAIN_NAMES,
  randomOperation,
} from '../../testing/differential/random-operation.ts';
import { startTestSupergraph, type TestSupergraph } from '../../testing/test-supergraph.ts';

const OPERATIONS = Number(
  process.env.DIFFERENTIAL_OPERATIONS ?? (process.env.SOUK_SOAK ? 10_000 : 100),
);
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);

const BATCH = 50;

const resolvedBy =
  (functions: typeof fieldFunctions): GraphQLFieldResolver<Record<string, unknown>, unknown> =>
  (row, args, _context, { parentType, fieldName }) => {
    const compute = functions[parentType.name]?.[fieldName];
    return compute ? compute(row, args) : row?.[fieldName];
  };

/** Long enough for a machine with other things to do. */
const TIME_LIMIT_MS = 900_000;

interface Comparison {
  readonly operations: number;
  readonly namesFor: (random: Random) => Names;
  readonly market?: TestSupergraph;
  readonly functions?: typeof fieldFunctions;
}

/** Answers random operations by the engine and by one schema, and compares; returns how many requests and errors. */
async function compare({
  operations,
  namesFor,
  market = startTestSupergraph(subgraphs),
  functions = fieldFunctions,
}: Comparison): Promise<{ requests: number; errors: number }> {
  const { engine, run, requests } = market;
  const fieldResolver = resolvedBy(functions);
  let errors = 0;
  const operationFor = (seed: number) => {
    const random = createRandom(seed);
    return randomOperation(engine.apiSchema, random, namesFor(random));
  };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + operations; seed += 1) {
    // Planned in batches ahead, so that no operation waits for its own way to the planner and back.
    if ((seed - FIRST_SEED) % BATCH === 0) {
      for (let ahead = seed; ahead < seed + BATCH; ahead += 1) {
        const operation = engine.prepare(operationFor(ahead).text);
        if (operation.kind === 'prepared') void operation.planAhead();
      }
    }
    const { text, variables } = operationFor(seed);
    const expected = await execute({
      schema: engine.apiSchema,
      document: parse(text),
      variableValues: variables,
      fieldResolver,
    });
    const actual = await run(text, variables);
    // As text, so that the order of members is compared too.
    const problem = `seed ${seed}\n${text}\n${JSON.stringify(variables)}`;
    if (!expected.errors) {
      expect(`${JSON.stringify(actual)}\n${problem}`).toBe(
        `${JSON.stringify(expected)}\n${problem}`,
      );
      continue;
    }
    expect(`${JSON.stringify(actual.data)}\n${problem}`).toBe(
      `${JSON.stringify(expected.data)}\n${problem}`,
    );
    // As often as each, wherever an entity that was asked for once stands in the answer.
    const failed = failedPlaces(expected.errors, expected.data);
    expect(failedPlaces(actual.errors, actual.data), problem).toEqual(failed);
    errors += failed.length;
  }
  return { requests: requests.length, errors };
}

test(
  `${OPERATIONS} random operations are answered as by one schema that has it all`,
  async () => {
    const { requests, errors } = await compare({
      operations: OPERATIONS,
      namesFor: () => PLAIN_NAMES,
    });
    expect(requests).toBeGreaterThan(OPERATIONS);
    expect(errors).toBe(0);
  },
  TIME_LIMIT_MS,
);

test(
  'so are operations whose names are of the forms that the gateway invents itself',
  async () => {
    const operations = Math.ceil(OPERATIONS / 4);
    const { requests } = await compare({
      operations,
      namesFor: (random) => ({
        aliases: random.some(INVENTED_ALIASES, 8),
        variables: INVENTED_VARIABLES,
        fragments: INVENTED_FRAGMENTS,
        aliased: 0.6,
      }),
    });
    expect(requests).toBeGreaterThan(operations);
  },
  TIME_LIMIT_MS,
);

test(
  'so are operations of which fields fail: the data, and each error at its path as often as there',
  async () => {
    const { apiSchema } = startTestSupergraph(subgraphs).engine;
    const { errors } = await compare({
      operations: OPERATIONS,
      namesFor: () => PLAIN_NAMES,
      market: startTestSupergraph(faultyMarket(apiSchema), { maxErrors: 100_000 }),
      functions: faultyFields(apiSchema),
    });
    expect(errors).toBeGreaterThan(OPERATIONS / 10);
  },
  TIME_LIMIT_MS,
);
