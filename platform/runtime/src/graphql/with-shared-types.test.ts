import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { withSharedTypes } from './with-shared-types.ts';

const namesIn = (sdl: string) =>
  parse(sdl).definitions.map((node) => ('name' in node ? node.name?.value : undefined));

const FEDERATION = 'directive @shareable on OBJECT';

describe('a schema with the shared types', () => {
  test('has those that it uses, directly or through one another, and no others', () => {
    const whole = withSharedTypes(`
      ${FEDERATION}
      type Query { price: Money at: DateTime }
    `);
    expect(namesIn(whole).sort()).toEqual(
      ['Currency', 'DateTime', 'Locale', 'Money', 'Query', 'SafeInt', 'shareable'].sort(),
    );
    expect(() => buildSchema(whole)).not.toThrow();
  });

  test('has the directives that are used on its inputs, and the interfaces of its types', () => {
    const whole = withSharedTypes(`
      ${FEDERATION}
      type Query { find(words: String @searchWords(max: 9)): StreamReset }
    `);
    expect(namesIn(whole)).toEqual(
      expect.arrayContaining(['searchWords', 'StreamReset', 'StreamEvent', 'EventCursor']),
    );
    expect(namesIn(whole)).not.toContain('label');
    expect(() => buildSchema(whole)).not.toThrow();
  });

  test('stays as it is where it uses none', () => {
    const own = 'type Query { answer: Int }\n';
    expect(withSharedTypes(own).trim()).toBe(own.trim());
  });

  test.each(['scalar DateTime', 'directive @label(max: Int!) on ARGUMENT_DEFINITION'])(
    'is refused where it defines one of them again: %s',
    (definition) => {
      expect(() => withSharedTypes(`type Query { at: Int } ${definition}`)).toThrow(
        /is one of the shared types/,
      );
    },
  );
});

test.each([
  [
    'type Query {\n  a: Int\n  b Int\n}',
    'here.graphql:3:5: Syntax Error: Expected ":", found Name "Int".',
  ],
  ['type Query { a: Int', 'here.graphql:1:20: Syntax Error: Expected Name, found <EOF>.'],
  ['', 'here.graphql:1:1: Syntax Error: Unexpected <EOF>.'],
  ['type Query { a: "x', 'here.graphql:1:19: Syntax Error: Unterminated string.'],
])('what cannot be parsed is reported with its file and line: %j', (own, sentence) => {
  expect(() => withSharedTypes(own, 'here.graphql')).toThrow(sentence);
});
