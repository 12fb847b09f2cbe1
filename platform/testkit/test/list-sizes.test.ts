import { readdirSync, readFileSync } from 'node:fs';
import { DEFAULT_PAGE_SIZE } from '@souk/runtime/graphql';
import { withSharedTypes } from '@souk/runtime/schema';
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { describe, expect, test } from 'vitest';

/**
 * What a query costs is estimated by the schema, so every list has to say in it how long it can be:
 * a plain one by `assumedSize`, to which the runtime holds it, a page by the argument that says it,
 * whose default is the one of `pageOf`.
 */
const subgraphs = new URL('../../../subgraphs/', import.meta.url);

/** Lists of texts that say no size, and why; they count for nothing in an estimate. */
const SHORT: readonly [string, (type: string, field: FieldDefinitionNode) => boolean][] = [
  ['a path is as long as an input is deep', (_, { name }) => name.value === 'path'],
  ['an event names at most the fields of its subject', (_, { name }) => name.value === 'changed'],
];

interface List {
  readonly place: string;
  readonly typeName: string;
  readonly field: FieldDefinitionNode;
}

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

const listSizeOf = ({ directives }: FieldDefinitionNode): Record<string, unknown> | null => {
  const found = directives?.find(({ name }: ConstDirectiveNode) => name.value === 'listSize');
  return (
    (found &&
      Object.fromEntries(
        (found.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
      )) ??
    null
  );
};

/** What is missing in a schema, in one sentence each. */
function problemsIn(sdl: string): string[] {
  const { definitions } = parse(sdl);
  const types = definitions.filter(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      (definition.kind as string) === Kind.OBJECT_TYPE_EXTENSION,
  );
  const enums = new Set(
    definitions.flatMap((each) =>
      each.kind === Kind.ENUM_TYPE_DEFINITION ? [each.name.value] : [],
    ),
  );
  const all: List[] = types.flatMap(({ name, fields = [] }) =>
    fields.map((field) => ({
      place: `${name.value}.${field.name.value}`,
      typeName: name.value,
      field,
    })),
  );
  const isConnection = (name: string) => name.endsWith('Connection');
  return all.flatMap(({ place, typeName, field }) => {
    const size = listSizeOf(field);
    if (isConnection(nameOf(field.type))) {
      const sized = (size?.sizedFields ?? []) as string[];
      const slicing = (size?.slicingArguments ?? []) as string[];
      if (!sized.includes('edges') || slicing.length === 0) {
        return [`${place} is a page and does not say by what argument its edges are counted`];
      }
      if (slicing.length > 1) {
        return size?.assumedSize === DEFAULT_PAGE_SIZE
          ? []
          : [`${place} does not say that it has ${DEFAULT_PAGE_SIZE} by default`];
      }
      const argument = field.arguments?.find(({ name }) => name.value === slicing[0]);
      const preset = argument?.defaultValue && print(argument.defaultValue);
      return preset === String(DEFAULT_PAGE_SIZE)
        ? []
        : [`${place} has another default than ${DEFAULT_PAGE_SIZE}`];
    }
    if (!isList(field.type)) return [];
    if (isConnection(typeName) && field.name.value === 'edges') return [];
    if (enums.has(nameOf(field.type)) || SHORT.some(([, isShort]) => isShort(typeName, field))) {
      return [];
    }
    return Number(size?.assumedSize) > 0 ? [] : [`${place} is a list of any length`];
  });
}

test('every list of every subgraph says how long it can be', () => {
  const names = readdirSync(subgraphs);
  expect(names.length).toBeGreaterThanOrEqual(6);
  const problems = names.flatMap((name) =>
    problemsIn(
      withSharedTypes(readFileSync(new URL(`${name}/schema.graphql`, subgraphs), 'utf8')),
    ).map((problem) => `${name}: ${problem}`),
  );
  expect(problems).toEqual([]);
});

describe('this walk sees', () => {
  test.each([
    [
      'a list without a size',
      'type Query { things: [Thing!]! }',
      'Query.things is a list of any length',
    ],
    [
      'one in an extension',
      'extend type Query { names: [String!] }',
      'Query.names is a list of any length',
    ],
    ['a page without one', 'type Query { all: ThingConnection! }', /Query.all is a page/],
    [
      'a page with a default of its own',
      'type Query { all(first: Int = 50): ThingConnection! @listSize(slicingArguments: ["first"], sizedFields: ["edges"]) }',
      'Query.all has another default than 20',
    ],
    [
      'a page of both ends that says no default',
      'type Query { all(first: Int, last: Int): ThingConnection! @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"]) }',
      'Query.all does not say that it has 20 by default',
    ],
  ])('%s', (_, sdl, problem) => {
    const [found, ...others] = problemsIn(sdl);
    expect(found).toMatch(problem);
    expect(others).toEqual([]);
  });
});
