import { readdirSync, readFileSync } from 'node:fs';
import { EVENTS, type EventName } from '@souk/runtime/events';
import { Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';

/** A subgraph's README must agree with its schema and the catalogue of events. */
const folder = new URL('../../../subgraphs/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

const subgraphs = readdirSync(folder).map((name) => ({
  name,
  readme: read(`${name}/README.md`),
  types: parse(read(`${name}/schema.graphql`)).definitions.filter(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION,
  ),
}));
const names = Object.keys(EVENTS) as EventName[];

const isNode = (type: ObjectTypeDefinitionNode) =>
  type.interfaces?.some(({ name }) => name.value === 'Node') === true;
/** The entities that are a subgraph's own, by their types' names. */
const owned = new Map(
  subgraphs.flatMap(({ name, types }) =>
    types.filter(isNode).map((type) => [type.name.value, name] as const),
  ),
);
const isStub = (type: ObjectTypeDefinitionNode) =>
  type.directives?.some(
    ({ name, arguments: given }) =>
      name.value === 'key' &&
      given?.some((arg) => arg.name.value === 'resolvable' && arg.value.kind === Kind.BOOLEAN),
  );

/** Fields that a subgraph adds to entities of others, as `Viewer.rooms`. */
const addedBy = (subgraph: (typeof subgraphs)[number]): string[] =>
  subgraph.types
    .filter((type) => !isNode(type) && !isStub(type))
    .filter((type) => (owned.get(type.name.value) ?? subgraph.name) !== subgraph.name)
    .flatMap((type) =>
      (type.fields ?? [])
        .filter((field) => field.name.value !== 'id')
        .filter((field) => !field.directives?.some(({ name }) => name.value === 'external'))
        .map((field) => `${type.name.value}.${field.name.value}`),
    );

describe.each(subgraphs)('the README of $name', (subgraph) => {
  const unnamed = (wanted: readonly string[]) =>
    wanted.filter((name) => !subgraph.readme.includes(`\`${name}\``));

  test('names every field that it adds to entities of others', () => {
    expect(unnamed(addedBy(subgraph))).toEqual([]);
  });

  test('names every event of its own', () => {
    const own = names.filter((name) => name.startsWith(`${subgraph.name}.`));
    expect(unnamed(own.filter((name) => !name.endsWith('.AccountDataGathered')))).toEqual([]);
  });

  test('names every event that it consumes', () => {
    const consumed = names.filter((name) =>
      (EVENTS[name].consumedBy as readonly string[]).includes(subgraph.name),
    );
    // All subgraphs answer these two alike, as decision 0046 says.
    const alike = /^users\.(UserErased|AccountExportRequested)$|\.AccountDataGathered$/;
    expect(unnamed(consumed.filter((name) => !alike.test(name)))).toEqual([]);
  });
});
