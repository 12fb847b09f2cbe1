import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type FetchRequest, type PreparedOperation, SubgraphFault } from '../src/index.ts';
import { Changes } from '../src/run/take-back.ts';
import { inParts, merged } from '../testing/parts.ts';
import { startTestSupergraph, type TestSupergraph } from '../testing/test-supergraph.ts';
import { keepWhatWasRead } from './mutants/keep-what-was-read.ts';

/**
 * An answer is taken whole or not at all: whatever is wrong with it, the client gets what it would
 * get had that subgraph answered nothing at all.
 */
const people = [1, 2, 3].map((id) => ({ id: String(id), profile: { bio: `bio "${id}"\n` } }));

let spoiling: { subgraph: string; nth: number; spoil: (text: string) => string } | undefined;
let graph: TestSupergraph;
/** The answers of each subgraph, in order. */
let answers: Map<string, string[]>;

beforeEach(() => {
  spoiling = undefined;
  answers = new Map();
  graph = startTestSupergraph([
    {
      name: 'users',
      typeDefs: `
        type Query { users: [User] must: [User!] }
        type User @key(fields: "id") { id: ID! profile: Profile @shareable }
        type Profile { bio: String }`,
      resolvers: { Query: { users: () => people, must: () => people } },
    },
    {
      name: 'sizes',
      typeDefs: `
        type User @key(fields: "id") { id: ID! profile: Profile @shareable rank: Int! tags: [Tag!] }
        type Profile { age: Int more: More }
        type More { deep: [String!] }
        type Tag @key(fields: "id") { id: ID! }`,
      resolvers: {
        User: {
          profile: ({ id }: { id: string }) => ({ age: Number(id), more: { deep: [`d${id}\\`] } }),
          rank: ({ id }: { id: string }) => Number(id) * 10,
          tags: () => [{ id: 't' }],
        },
      },
    },
    {
      name: 'tags',
      typeDefs: `
        type Tag @key(fields: "id") { id: ID! label: String }
        type User @key(fields: "id") { id: ID! nick: String }`,
      resolvers: { Tag: { label: () => 'a label' }, User: { nick: () => 'nick' } },
    },
  ]);
  const real = graph.transport.execute;
  graph.transport.execute = async (request: FetchRequest) => {
    const { text } = (await real(request)) as { text: string };
    const before = answers.get(request.subgraph) ?? [];
    answers.set(request.subgraph, [...before, text]);
    const isSpoilt = spoiling?.subgraph === request.subgraph && spoiling.nth === before.length;
    return { text: isSpoilt && spoiling ? spoiling.spoil(text) : text };
  };
});

const QUERY = '{ users { id profile { bio age more { deep } } rank tags { label } nick } }';
/** Nothing of it must be there, so that what others have answered stays. */
const OPTIONAL = '{ users { id profile { bio age more { deep } } nick } }';
/** Its parts request the same of `sizes`, for the same entities: one request serves both. */
const DEFERRED = `{ users { id
  ... @defer(label: "one") { profile { age more { deep } } nick }
  ... @defer(label: "other") { profile { age more { deep } } }
} }`;

/** The answer if the n-th answer of a subgraph is damaged, as text. */
async function answered(
  subgraph: string,
  nth: number,
  spoil: (text: string) => string,
  query = QUERY,
) {
  answers.clear();
  spoiling = { subgraph, nth, spoil };
  const prepared = graph.engine.prepare(query) as PreparedOperation;
  const { data, errors } = query.includes('@defer')
    ? merged(await inParts(graph.engine, prepared))
    : await graph.run(query);
  return JSON.stringify({ data, errors });
}

const nothing = (): string => {
  throw new SubgraphFault('SUBGRAPH_ERROR', 'nothing at all');
};

const PLACES: readonly [string, number][] = [
  ['users', 0],
  ['sizes', 0],
  ['tags', 0],
  ['tags', 1],
];

test.each<[string, number, string?]>([...PLACES, ['sizes', 0, OPTIONAL], ['sizes', 0, DEFERRED]])(
  'every cut of an answer of %s (%i) is as none',
  async (subgraph, nth, query) => {
    const expected = await answered(subgraph, nth, nothing, query);
    const whole = answers.get(subgraph)?.[nth] as string;
    expect(JSON.parse(expected).errors[0].extensions).toEqual({ code: 'SUBGRAPH_ERROR' });
    for (let length = 0; length < whole.length; length += 1) {
      const actual = await answered(subgraph, nth, (text) => text.slice(0, length), query);
      expect(`${length}: ${actual}`).toBe(`${length}: ${expected}`);
    }
  },
);

test('a truncated answer leaves values of other answers alone, also of entities that it does not reach', async () => {
  const { data } = JSON.parse(await answered('sizes', 0, (text) => text.slice(0, 60), OPTIONAL));
  expect(data.users).toEqual(
    people.map(({ id, profile }) => ({
      id,
      profile: { ...profile, age: null, more: null },
      nick: 'nick',
    })),
  );
});

test('one answer serves two parts that request the same', async () => {
  const { data, errors } = JSON.parse(await answered('sizes', 0, (text) => text, DEFERRED));
  expect(answers.get('sizes')).toHaveLength(1);
  expect(errors).toEqual([]);
  expect(data.users[0]).toEqual({
    id: '1',
    profile: { age: 1, more: { deep: ['d1\\'] } },
    nick: 'nick',
  });
});

test.each(PLACES)(
  'keeping values of a truncated answer of %s (%i) is caught (mutant)',
  async (subgraph, nth) => {
    const expected = await answered(subgraph, nth, nothing);
    const whole = answers.get(subgraph)?.[nth] as string;
    const mutant = vi.spyOn(Changes.prototype, 'takeBack').mockImplementation(keepWhatWasRead);
    onTestFinished(() => mutant.mockRestore());
    const differing: number[] = [];
    for (let length = 0; length < whole.length; length += 1) {
      const actual = await answered(subgraph, nth, (text) => text.slice(0, length));
      if (actual !== expected) differing.push(length);
    }
    expect(differing).not.toEqual([]);
  },
);

test.each(PLACES)(
  'every odd character in an answer of %s (%i) is as none',
  async (subgraph, nth) => {
    const expected = await answered(subgraph, nth, nothing);
    const intact = await answered(subgraph, nth, (text) => text);
    const whole = answers.get(subgraph)?.[nth] as string;
    for (const odd of ['\u0000', '\u000b', '\\x', '\\', '"', '\n']) {
      for (let at = 0; at <= whole.length; at += 1) {
        const spoilt = whole.slice(0, at) + odd + whole.slice(at);
        // JavaScript's own parser is the judge of what is no JSON.
        if (isJson(spoilt)) continue;
        const actual = await answered(subgraph, nth, () => spoilt);
        expect(`${at} ${JSON.stringify(odd)}: ${actual}`).toBe(
          `${at} ${JSON.stringify(odd)}: ${expected}`,
        );
      }
    }
    expect(intact).not.toBe(expected);
  },
);

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

// biome-ignore lint/suspicious/noExplicitAny: answers of any form
const changed = (change: (answer: any) => void) => (text: string) => {
  const answer = JSON.parse(text);
  change(answer);
  return JSON.stringify(answer);
};

test.each<[string, (text: string) => string]>([
  ['one entity too few', changed(({ data }) => data._entities.pop())],
  ['one entity too many', changed(({ data }) => data._entities.push(null))],
  ['no entities', changed(({ data }) => delete data._entities)],
  ['null for the entities', changed(({ data }) => (data._entities = null))],
  ['an object for the entities', changed(({ data }) => (data._entities = { 0: {} }))],
  ['a text for the entities', changed(({ data }) => (data._entities = 'none'))],
  ['a text for an entity', changed(({ data }) => (data._entities[2] = 'none'))],
  ['a list for an entity', changed(({ data }) => (data._entities[2] = []))],
  ['a text for an object', changed(({ data }) => (data._entities[2].profile = 'none'))],
  ['a list as data', changed((answer) => (answer.data = [answer.data]))],
  ['a text as data', changed((answer) => (answer.data = 'none'))],
  ['a number as data', changed((answer) => (answer.data = 0))],
  ['errors that are no list', changed((answer) => (answer.errors = { message: 'no' }))],
  ['errors that are none', changed((answer) => (answer.errors = ['no']))],
  ['data twice', (text) => `${text.slice(0, -1)},"data":{"_entities":[null,null,null]}}`],
  [
    'entities twice',
    (text) => text.replace('"_entities":', '"_entities":[null,null,null],"_entities":'),
  ],
  ['something behind it', (text) => `${text} {}`],
  ['nothing', () => ''],
  ['a list', (text) => `[${text}]`],
])('%s is as none', async (_, spoil) => {
  const expected = await answered('sizes', 0, nothing);
  expect(await answered('sizes', 0, spoil)).toBe(expected);
  const { data, errors } = JSON.parse(expected);
  expect(data.users).toEqual([null, null, null]);
  expect(
    new Set(errors.map((error: { extensions: { code: string } }) => error.extensions.code)),
  ).toEqual(new Set(['SUBGRAPH_ERROR']));
});

test('a raw control character never reaches the client, in any kind of value', async () => {
  const { engine } = startTestSupergraph(
    [{ name: 'any', typeDefs: 'scalar Any type Query { any: Any text: String texts: [String] }' }],
    {
      transport: {
        execute: async ({ query }) => ({ text: `{"data":{${spoiltFor(query)}}}` }),
      },
    },
  );
  for (const query of ['{ any }', '{ text }', '{ texts }']) {
    const prepared = engine.prepare(query);
    if (prepared.kind === 'failed') throw prepared.errors[0];
    const body = await engine.executeToText(prepared, {}, { requestId: 'test' });
    expect(JSON.parse(body).errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_ERROR' } }]);
  }
});

const spoiltFor = (query: string): string => {
  if (query.includes('any')) return '"any":{"a":["b\u0001"]}';
  return query.includes('texts') ? '"texts":["a\tb"]' : '"text":"a\nb"';
};
