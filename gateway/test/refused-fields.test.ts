import {
  createRandom,
  fieldFunctions,
  INVENTED_ALIASES,
  randomOperation,
  startTestSupergraph,
  subgraphs,
} from '@souk/engine/testing';
import { silentLogger } from '@souk/runtime/process';
import { sized } from '@souk/testkit';
import { execute as executeByOneSchema, GraphQLError, parse } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { createOperationGuard } from '../src/limits/guard.ts';
import { preparedFor } from '../src/pipeline/operation.ts';
import { Refusal } from '../src/pipeline/refusal.ts';
import { createUnderstand } from '../src/pipeline/understand.ts';
import { createGatewaySupergraph } from '../src/supergraph/gateway-supergraph.ts';

const OPERATIONS =
  Number(process.env.DIFFERENTIAL_OPERATIONS ?? sized({ suite: 200, soak: 10_000 })) / 4;

/** Fields that nobody may read who is not signed in, some of which may not be null. */
const PRIVATE = [
  'nickname: String',
  'role: Role!',
  'spent: Float!',
  'pages: Int!',
  'minAge: Int',
  'isLong(over: Int! = 12): Boolean!',
  'quantity: Int!',
];

test(`${OPERATIONS} random operations, in part refused, are answered as by one schema that refuses the same`, async () => {
  const guarded = subgraphs.map((subgraph) => ({
    ...subgraph,
    typeDefs: PRIVATE.reduce(
      (text, field) => text.replace(field, `${field} @authenticated`),
      subgraph.typeDefs,
    ),
  }));
  const { engine, transport } = startTestSupergraph(guarded);
  const supergraph = createGatewaySupergraph(engine.supergraphSdl, {
    transport,
    maxErrors: Number.POSITIVE_INFINITY,
    planningMs: 120_000,
  });
  const guard = createOperationGuard({
    limits: { depth: 1_000, height: 1_000, aliases: 1_000, rootFields: 1_000, tokens: 100_000 },
    logger: silentLogger,
  });
  const understand = createUnderstand({ supergraph: () => supergraph, guard });
  onTestFinished(() => {
    engine.close();
    supergraph.engine.close();
  });
  const { access } = supergraph;
  let refusals = 0;

  for (let seed = 1; seed <= OPERATIONS; seed += 1) {
    const random = createRandom(seed);
    const aliases = random.some(INVENTED_ALIASES, 8);
    const names = { aliases, variables: [], fragments: [], aliased: 0.6 };
    const { text, variables } = randomOperation(engine.apiSchema, random, names);
    const document = parse(text);
    const expected = await executeByOneSchema({
      schema: engine.apiSchema,
      document,
      variableValues: variables,
      fieldResolver: (row, args, _, { parentType, fieldName }) => {
        if (access.of(parentType.name, fieldName).length > 0) {
          refusals += 1;
          throw new GraphQLError('Sign in to read this.');
        }
        const compute = fieldFunctions[parentType.name]?.[fieldName];
        return compute ? compute(row, args) : row?.[fieldName];
      },
    });
    const operation = understand(text, undefined);
    if (operation instanceof Refusal) throw operation.errors[0];
    const prepared = preparedFor(operation, null);
    const context = { requestId: 'test', viewer: null };
    const actual = JSON.parse(await supergraph.engine.executeToText(prepared, variables, context));
    const shown = (result: { data?: unknown; errors?: readonly { path?: unknown }[] }) => ({
      data: result.data,
      // Which of several refusals is told of an object that is null is nobody's business.
      hasErrors: (result.errors?.length ?? 0) > 0,
    });
    expect(`${JSON.stringify(shown(actual))}\n${text}`).toBe(
      `${JSON.stringify(shown(expected))}\n${text}`,
    );
    const paths = new Set(expected.errors?.map(({ path }) => path?.join('.')));
    if (expected.data) {
      for (const path of paths) {
        expect(actual.errors.map((error: { path: string[] }) => error.path.join('.'))).toContain(
          path,
        );
      }
    }
  }
  expect(refusals).toBeGreaterThan(OPERATIONS / 4);
}, 900_000);
