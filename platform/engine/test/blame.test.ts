import { expect, onTestFinished, test, vi } from 'vitest';
import { startTestSupergraph } from '../testing/test-supergraph.ts';
import { blameEveryNull } from './mutants/blame-every-null.ts';

/** One thing fails, and takes others with it: only what failed is reported. */
const fails = (code: string) => () => {
  throw Object.assign(new Error(`No ${code}.`), { extensions: { code } });
};

const graph = (start = startTestSupergraph) =>
  start([
    {
      name: 'users',
      typeDefs: `
        type Query { users: [User] first: Int! second: Int! third: Int! fine: Int }
        type User @key(fields: "id") { id: ID! weight: Int! height: Int nick: String! }`,
      resolvers: {
        Query: {
          users: () => [{ id: '1' }, { id: '2' }, { id: '3' }],
          first: () => 1,
          second: fails('SECOND'),
          third: () => 3,
          fine: () => 4,
        },
        User: {
          weight: () => 5,
          height: ({ id }: { id: string }) => {
            if (id === '1') fails('HEIGHT')();
            return 6;
          },
          nick: () => 'nick',
        },
      },
    },
    {
      name: 'ranks',
      typeDefs: `
        type User @key(fields: "id") {
          id: ID! before: Int! rank: Int! after: Int! parts: [Part!]! size: Size! league: League
        }
        type Part { left: Int! broken: Int! right: Int! }
        type Size { inner: Part! }
        type League @key(fields: "id") { id: ID! }`,
      resolvers: {
        User: {
          __resolveReference: ({ id }: { id: string }) => (id === '3' ? null : { id }),
          before: () => 1,
          after: () => 2,
          rank: ({ id }: { id: string }) => {
            if (id === '2') fails('RANK')();
            return 7;
          },
          parts: () => [
            { left: 1, broken: 2, right: 3 },
            { left: 1, right: 3 },
          ],
          size: () => ({ inner: { left: 1, right: 3 } }),
          league: fails('LEAGUE'),
        },
      },
    },
    {
      name: 'lockers',
      typeDefs: `
        type User @key(fields: "id") {
          id: ID! rank: Int! @external
          locker: Int! @requires(fields: "rank") key: Int! @requires(fields: "rank")
        }`,
      resolvers: { User: { locker: () => 9, key: () => 10 } },
    },
  ]);

interface ClientError {
  readonly path: (string | number)[];
  readonly extensions: { readonly code: string };
}

async function answered(
  query: string,
  supergraph = graph(),
): Promise<{ data: unknown; errors: string[] }> {
  const { data, errors = [] } = await supergraph.run(query);
  return {
    data,
    errors: (errors as ClientError[]).map(
      ({ path, extensions }) => `${path.join('.')} ${extensions.code}`,
    ),
  };
}

// The third user is not known to `ranks`: they are null, and nothing has failed.
test.each([
  '{ users { before rank after } }',
  '{ users { rank before after } }',
  '{ users { x: after y: before z: rank } }',
])('a field of an entity that fails takes its siblings with it: %s', async (query) => {
  const { data, errors } = await answered(query);
  expect(data).toMatchObject({ users: [expect.anything(), null, null] });
  expect(errors).toEqual([expect.stringMatching(/^users\.1\.(rank|z) RANK$/)]);
});

test('an error deep in an entity takes all that was asked with it, from the same subgraph', async () => {
  const { errors } = await answered('{ users { nick before parts { left broken right } after } }');
  expect(errors).toEqual([
    'users.0.parts.1.broken SUBGRAPH_ERROR',
    'users.1.parts.1.broken SUBGRAPH_ERROR',
  ]);
  const nested = await answered('{ users { before size { inner { left broken right } } after } }');
  expect(nested.errors).toEqual([
    'users.0.size.inner.broken SUBGRAPH_ERROR',
    'users.1.size.inner.broken SUBGRAPH_ERROR',
  ]);
});

test('a root field that fails takes its siblings with it', async () => {
  for (const query of ['{ first second third }', '{ second first }', '{ third fine second }']) {
    expect(await answered(query)).toEqual({ data: null, errors: ['second SECOND'] });
  }
});

test('fields that were not fetched because another failed are not reported', async () => {
  const { errors } = await answered('{ users { key locker } }');
  expect(errors).toEqual(['users.1.rank RANK']);
});

test('an error of a field that may be null explains nothing else', async () => {
  const supergraph = graph();
  const { transport } = supergraph;
  const real = transport.execute;
  // A subgraph that has no rank for the first user, against its schema, and does not say why.
  transport.execute = async (request, signal) => {
    const answer = await real(request, signal);
    return 'text' in answer ? { text: answer.text.replace('"rank":7', '"rank":null') } : answer;
  };
  const { errors } = await answered('{ users { height rank league { id } } }', supergraph);
  expect(errors).toEqual([
    'users.0.height HEIGHT',
    'users.0.league LEAGUE',
    'users.1.rank RANK',
    'users.0.rank INVALID_ANSWER',
  ]);
});

test.each(['{ first second third }', '{ third fine second }'])(
  'a blame of every null reports more than what failed (mutant): %s',
  async (query) => {
    const { errors } = await answered(query);
    vi.resetModules();
    vi.doMock('../src/run/unanswered.ts', () => ({ unansweredBy: blameEveryNull }));
    onTestFinished(() => {
      vi.doUnmock('../src/run/unanswered.ts');
      vi.resetModules();
    });
    const mutant = await import('../testing/test-supergraph.ts');
    const blamed = await answered(query, graph(mutant.startTestSupergraph));
    expect(blamed.errors).toEqual(expect.arrayContaining(errors));
    expect(blamed.errors).toContainEqual(expect.stringMatching(/ INVALID_ANSWER$/));
  },
);

test('a list whose items all fail tells of as many as an answer may have, from its beginning', async () => {
  const people = Array.from({ length: 200 }, (_, index) => ({ id: String(index) }));
  const { run } = startTestSupergraph(
    [
      {
        name: 'people',
        typeDefs: 'type Query { people: [Person] } type Person @key(fields: "id") { id: ID! }',
        resolvers: { Query: { people: () => people } },
      },
      {
        name: 'ranks',
        typeDefs: 'type Person @key(fields: "id") { id: ID! rank: Int shown: Int! }',
        resolvers: { Person: { rank: fails('RANK'), shown: fails('SHOWN') } },
      },
    ],
    { maxErrors: 7 },
  );
  const pathsOf = ({ errors }: { errors: { path: unknown }[] }) => errors.map(({ path }) => path);
  const first = Array.from({ length: 7 }, (_, index) => ['people', index]);
  const nulls = await run('{ people { id rank } }');
  expect(pathsOf(nulls)).toEqual(first.map((path) => [...path, 'rank']));
  expect(nulls.data.people[199]).toEqual({ id: '199', rank: null });
  // What must not be null takes its person with it.
  const missing = await run('{ people { id shown } }');
  expect(pathsOf(missing)).toEqual(first.map((path) => [...path, 'shown']));
  expect(missing.data.people[199]).toBeNull();
});
