import { GraphQLScalarType, Kind } from 'graphql';
import { expect, test } from 'vitest';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

const even = (value: unknown): number => {
  if (typeof value !== 'number' || value % 2 !== 0) throw new Error('This is not even.');
  return value;
};
const Even = new GraphQLScalarType<number, number>({
  name: 'Even',
  serialize: even,
  parseValue: even,
  parseLiteral: (node) => even(node.kind === Kind.INT ? Number(node.value) : undefined),
});

/** The gateway does not know this scalar; only its subgraph can say what is wrong. */
const graph = () =>
  startTestSupergraph([
    {
      name: 'numbers',
      typeDefs: `scalar Even input Pair { left: Even right: [Even] }
        type Query { half(of: Even): Int sum(of: Pair): Int plain: Int }`,
      resolvers: {
        Even,
        Query: {
          half: (_: unknown, { of }: { of: number }) => of / 2,
          sum: () => 3,
          plain: () => 1,
        },
      },
    },
  ]);

test('a literal that its subgraph does not take is the fault of the client, with its place', async () => {
  for (const [query, column] of [
    ['{ half(of: 3) }', 12],
    ['{ sum(of: {left: 3}) }', 18],
    ['{ sum(of: {right: [2, "x"]}) }', 23],
  ] as const) {
    const { data, errors } = await graph().run(query);
    expect(Object.values(data)).toEqual([null]);
    expect(errors).toEqual([
      {
        message: expect.stringContaining('This is not even.'),
        path: [Object.keys(data)[0]],
        locations: [{ line: 1, column }],
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain('literal_');
  }
});

test('so is a variable', async () => {
  const query = 'query ($representations: Even) { half(of: $representations) }';
  const { errors } = await graph().run(query, { representations: 3 });
  expect(errors).toEqual([
    {
      message: expect.stringMatching(
        /^Variable "\$representations" has an invalid value; .*not even/,
      ),
      path: ['half'],
      locations: [{ line: 1, column: 8 }],
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
});

test('an operation runs beside others whose fragments and variables it does not know', async () => {
  const { engine } = graph();
  const document = `query One { plain }
    query Two($x: Even) { ...OfTwo } fragment OfTwo on Query { half(of: $x) }`;
  const prepared = engine.prepare(document, 'One');
  if (prepared.kind === 'failed') throw prepared.errors[0];
  expect(await engine.execute(prepared, {}, { requestId: 'test' })).toEqual({ data: { plain: 1 } });
});
