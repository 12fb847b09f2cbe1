import { execute, type GraphQLFieldResolver, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
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
import {
  operationsOf,
  type Piece,
  piecesOf,
  timeLimitOf,
} from '../../testing/differential/pieces.ts';
import type { Random } from '../../testing/differential/random.ts';
import { type Names, PLAIN_NAMES } from '../../testing/differential/random-operation.ts';
import { startTestSupergraph, type TestSupergraph } from '../../testing/test-supergraph.ts';

const OPERATIONS = Number(
  process.env.DIFFERENTIAL_OPERATIONS ?? (process.env.SOUK_SOAK ? 10_000 : 100),
);
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);

const resolvedBy =
  (functions: typeof fieldFunctions): GraphQLFieldResolver<Record<string, unknown>, unknown> =>
  (row, args, _context, { parentType, fieldName }) => {
    const compute = functions[parentType.name]?.[fieldName];
    return compute ? compute(row, args) : row?.[fieldName];
  };

interface Comparison {
  readonly namesFor: (random: Random) => Names;
  readonly market?: TestSupergraph;
  readonly functions?: typeof fieldFunctions;
}

/** Answers random operations by the engine and by one schema, and compares; returns how many requests and errors. */
async function compare(
  piece: Piece,
  { namesFor, market = startTestSupergraph(subgraphs), functions = fieldFunctions }: Comparison,
): Promise<{ requests: number; errors: number }> {
  const { engine, run, requests } = market;
  const fieldResolver = resolvedBy(functions);
  let errors = 0;
  for (const { text, variables, problem } of operationsOf(engine, piece, namesFor)) {
    const expected = await execute({
      schema: engine.apiSchema,
      document: parse(text),
      variableValues: variables,
      fieldResolver,
    });
    const actual = await run(text, variables);
    // As text, so that the order of members is compared too.
    if (!expected.errors) {
      expect(`${JSON.stringify(actual)}\n${problem}`).toBe(
        `${JSON.stringify(expected)}\n${problem}`,
      );
      continue;
    }
    expect(`${JSON.stringify(actual.data)}\n${problem}`).toBe(
      `${JSON.stringify(expected.data)}\n${problem}`,
    );
    // As often as each, wherever an entity that was fetched once appears in the answer.
    const failed = failedPlaces(expected.errors, expected.data);
    expect(failedPlaces(actual.errors, actual.data), problem).toEqual(failed);
    errors += failed.length;
  }
  return { requests: requests.length, errors };
}

describe('random operations are answered as by one schema that has it all', () => {
  test.each(piecesOf(OPERATIONS, FIRST_SEED))(
    '%s',
    async (_, piece) => {
      const { requests, errors } = await compare(piece, { namesFor: () => PLAIN_NAMES });
      expect(requests).toBeGreaterThan(piece.operations);
      expect(errors).toBe(0);
    },
    timeLimitOf(OPERATIONS),
  );
});

describe('so are operations with names of the form that the gateway generates itself', () => {
  test.each(piecesOf(Math.ceil(OPERATIONS / 4), FIRST_SEED))(
    '%s',
    async (_, piece) => {
      const { requests } = await compare(piece, {
        namesFor: (random) => ({
          aliases: random.some(INVENTED_ALIASES, 8),
          variables: INVENTED_VARIABLES,
          fragments: INVENTED_FRAGMENTS,
          aliased: 0.6,
        }),
      });
      expect(requests).toBeGreaterThan(piece.operations);
    },
    timeLimitOf(OPERATIONS),
  );
});

describe('so are operations with failing fields: the same data, and the same errors at the same paths', () => {
  const compareFaulty = (piece: Piece) => {
    const { apiSchema } = startTestSupergraph(subgraphs).engine;
    return compare(piece, {
      namesFor: () => PLAIN_NAMES,
      market: startTestSupergraph(faultyMarket(apiSchema), { maxErrors: 100_000 }),
      functions: faultyFields(apiSchema),
    });
  };
  test.each(piecesOf(OPERATIONS, FIRST_SEED))(
    '%s',
    async (_, piece) => {
      const { errors } = await compareFaulty(piece);
      expect(errors).toBeGreaterThan(piece.operations / 10);
    },
    timeLimitOf(OPERATIONS),
  );

  // Sellers of books are asked for what is only selected on sellers of toys, since one fetch gets both.
  test('also if the failing fields are only selected on other types', async () => {
    expect(await compareFaulty({ firstSeed: 9519, operations: 1 })).toMatchObject({ errors: 0 });
  });
});
