import { type Viewer, viewerIdOf } from '@souk/runtime/domain';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, StartedSubgraph } from './start-subgraph.ts';
import { operationWith, type TextInput, textInputsOf } from './text-inputs.ts';
import { as } from './viewers.ts';

/** What every rule refuses, and what only some do. */
const HOSTILE: Record<string, readonly string[]> = {
  label: ['a\u202eb', 'a\nb', 'a\u200bb', 'a\u3164b', 'a\u0007b', 'a\u{e0041}b'],
  prose: ['a\u202eb', 'a\u0007b', 'a\u{e0041}b', 'a\u2066b'],
  searchWords: [],
  opaque: [],
};
HOSTILE.personName = [...(HOSTILE.label ?? []), 'http://evil.test', 'evil.test'];
HOSTILE.placeName = [...(HOSTILE.label ?? []), 'http://evil.test', 'evil.test/x'];

/** One character of eight units: what cuts a text by its units cuts it somewhere in the middle. */
const EIGHT_UNITS = '👨‍👩‍👧';

/** How it may end: in half a sign, in a joiner, and as a whole. */
const ENDS = [1, 3, EIGHT_UNITS.length];

/** Texts that end within it, and texts in which it lies across the bound, at each of its units. */
const cutTexts = (max: number): string[] => [
  ...ENDS.map((units) => `a${EIGHT_UNITS.slice(0, units)}`),
  ...Array.from(
    { length: EIGHT_UNITS.length + 1 },
    (_, units) => `${'x'.repeat(Math.max(0, max - units))}${EIGHT_UNITS}`,
  ),
];

/** Codes of what is our fault, and of nothing that we know. */
const faultsIn = ({ errors }: Answer) =>
  (errors ?? []).filter(
    ({ extensions }) =>
      extensions?.code === undefined || extensions.code === 'INTERNAL_SERVER_ERROR',
  );

/** One character of several: the shortest text in which a joiner has work to do. */
const ALIVE = '👩‍💻';

const nameOf = ({ parent, field, path }: TextInput) => `${parent}.${field.name}(${path.join('.')})`;

/** Where the answer says something is wrong with the arguments: of a mutation, as data alone. */
function mistakesIn({ parent }: TextInput, { data, errors }: Answer): string[] {
  const mistakes = Object.values(data ?? {}).flatMap(
    (payload) => (payload as { errors?: { path: string[] | null }[] } | null)?.errors ?? [],
  );
  if (parent === 'Mutation') return mistakes.map(({ path }) => path?.join('.') ?? '');
  return (errors ?? []).map(({ extensions }) =>
    ((extensions?.argumentPath as string[] | undefined) ?? []).join('.'),
  );
}

/**
 * Every text that the subgraph takes says by a directive what rule it follows, and is refused with
 * its path when it breaks it. `typeDefs` are read while tests are collected; `start` runs once, and so
 * does `entities`, which gives ids of what fields hang on.
 */
export function describeTextInputs(
  typeDefs: string,
  start: () => Promise<StartedSubgraph>,
  entities: (
    graph: StartedSubgraph,
    viewer: Viewer,
  ) => Promise<Record<string, string>> = async () => ({}),
) {
  const viewer = as('ada', 'ADMIN', 'SELLER', 'SUPPORT', 'MODERATOR');
  let ids: Record<string, string> = { Viewer: viewerIdOf(viewer.userId) };
  const inputs = textInputsOf(buildSchema(typeDefs, { assumeValidSDL: true }));

  test('every text says by a directive what rule it follows', () => {
    expect(inputs.filter(({ rule }) => rule === null).map(nameOf)).toEqual([]);
  });

  const ruled = inputs.flatMap((input) => (input.rule ? [{ ...input, rule: input.rule }] : []));

  test('the description of every text that people read tells its bound', () => {
    const silent = ruled.filter(
      ({ rule, description }) =>
        rule.name !== 'opaque' &&
        !new RegExp(`\\b${rule.max}\\b`).test(description.replace(/,(?=\d)/g, '')),
    );
    expect(silent.map(nameOf)).toEqual([]);
  });

  if (ruled.length === 0) return;
  describe('a hostile text', () => {
    let graph: StartedSubgraph;
    beforeAll(async () => {
      graph = await start();
      ids = { ...ids, ...(await entities(graph, viewer)) };
    });
    afterAll(() => graph[Symbol.asyncDispose]());
    const answerTo = (input: TextInput, text: string): Promise<Answer> => {
      const { query, variables } = operationWith(input, text, ids);
      return input.parent === 'Subscription'
        ? followed(query, variables)
        : graph.execute(query, variables, viewer);
    };
    const send = async (input: TextInput, text: string) =>
      mistakesIn(input, await answerTo(input, text));
    /** How a subscription begins: it is refused before there is anything to follow. */
    const followed = async (query: string, variables: Record<string, unknown>): Promise<Answer> => {
      try {
        await (await graph.subscribe(query, variables, viewer)).stop();
        return {};
      } catch (error) {
        return { errors: JSON.parse((error as Error).message) };
      }
    };

    test.each(ruled.map((input) => [nameOf(input), input] as const))('%s', async (_, input) => {
      const { rule } = input;
      const place = input.path.join('.');
      const refused = [...(HOSTILE[rule.name] ?? []), 'x'.repeat(rule.max + 1)];
      for (const text of refused)
        expect(await send(input, text), JSON.stringify(text)).toContain(place);
      if (rule.name !== 'opaque') expect(await send(input, ALIVE)).not.toContain(place);
      for (const text of cutTexts(rule.max)) {
        const end = JSON.stringify(text.slice(-12));
        expect(faultsIn(await answerTo(input, text)), end).toEqual([]);
      }
    });
  });
}
