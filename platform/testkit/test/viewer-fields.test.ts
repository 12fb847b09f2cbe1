import { readdirSync, readFileSync } from 'node:fs';
import { withSharedTypes } from '@souk/runtime/schema';
import { type ConstDirectiveNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';

/**
 * A shared stream is completed once for thousands of viewers, so a field whose value depends on who
 * asks has to say so in its schema. What a resolver reads is seen here in its source: the viewer, a
 * loader of what is the viewer's, or whether nobody in particular asks (`chat.shared` is reads that
 * are the same for all).
 */
const READS_VIEWER = /\bviewer\b|OfViewer\b|(?<!chat\.)\bshared\b/;

/** Always somebody's own, or asked for by themselves: never completed for many. */
const OWN_BY_TYPE = ['Query', 'Mutation', 'Subscription', 'Viewer'];

/** Fields that read the viewer and need no word in the schema, and why. */
const ALLOWED: Record<string, string> = {
  'users: Session.current':
    'sessions are reached through their owner’s `Viewer`, payloads and private account stream alone',
  'products: ProductConnection.facets':
    'the viewer counts in the lists of root fields alone; those of a `User` are the same for all',
};

type Resolver = ((...given: never[]) => unknown) | { resolve?: unknown };
type Resolvers = Record<string, Record<string, Resolver>>;
const subgraphs = new URL('../../../subgraphs/', import.meta.url);

/** Fields that read the viewer though their schema does not say so. */
function unmarkedIn(resolvers: Resolvers, sdl: string): string[] {
  const types = new Map(
    parse(sdl).definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  return Object.entries(resolvers).flatMap(([typeName, fields]) => {
    const type = types.get(typeName);
    if (!type || OWN_BY_TYPE.includes(typeName)) return [];
    return Object.entries(fields)
      .filter(([name, resolver]) => readsViewer(resolver) && !isMarked(type, name))
      .map(([name]) => `${typeName}.${name}`);
  });
}

const readsViewer = (resolver: Resolver): boolean =>
  READS_VIEWER.test(String(typeof resolver === 'function' ? resolver : resolver.resolve));

/**
 * This also holds for reference resolvers, which are not fields: they return null to viewers whom they
 * refuse.
 */
function isMarked(type: ObjectTypeDefinitionNode, name: string): boolean {
  const field = type.fields?.find((each) => each.name.value === name);
  const directives = [...(type.directives ?? []), ...(field?.directives ?? [])];
  return field === undefined || directives.some(dependsOnViewer);
}

const dependsOnViewer = ({ name, arguments: given }: ConstDirectiveNode): boolean =>
  ['authenticated', 'requiresScopes'].includes(name.value) ||
  (name.value === 'tag' &&
    given?.some(({ value }) => value.kind === Kind.STRING && value.value === 'viewer') === true);

test('every field of a subgraph whose resolver reads the viewer says so in the schema', async () => {
  const names = readdirSync(subgraphs);
  expect(names.length).toBeGreaterThan(3);
  const found = await Promise.all(
    names.map(async (name) => {
      const folder = new URL(`${name}/`, subgraphs);
      const { resolvers } = await import(new URL('src/resolvers/index.ts', folder).href);
      const sdl = withSharedTypes(readFileSync(new URL('schema.graphql', folder), 'utf8'));
      return unmarkedIn(resolvers, sdl).map((field) => `${name}: ${field}`);
    }),
  );
  expect(found.flat().sort()).toEqual(Object.keys(ALLOWED).sort());
});

describe('what reads the viewer', () => {
  const schema = (directive: string) => `type Note { text: String ${directive} }`;
  const context = { viewer: null, shared: false, loaders: { noteOfViewer: () => null } };
  type Context = typeof context;
  const readers: Record<string, (note: unknown, args: unknown, context: Context) => unknown> = {
    'by its name': (_, __, { viewer }) => viewer,
    'in the context': (_, __, given) => given.viewer,
    'through a loader': (_, __, { loaders }) => loaders.noteOfViewer(),
    'by asking whether nobody in particular asks': (_, __, { shared, loaders }) =>
      shared && loaders,
  };

  test.each(Object.entries(readers))('%s is seen, unless it is marked', (_, text) => {
    const resolvers = { Note: { text } } as Resolvers;
    expect(unmarkedIn(resolvers, schema(''))).toEqual(['Note.text']);
    expect(unmarkedIn(resolvers, schema('@tag(name: "admin")'))).toEqual(['Note.text']);
    expect(unmarkedIn(resolvers, schema('@tag(name: "viewer")'))).toEqual([]);
    expect(unmarkedIn(resolvers, schema('@authenticated'))).toEqual([]);
  });

  test('is not what has that word in another', () => {
    const text = (
      note: { viewerCount: number },
      _: never,
      { chat }: { chat: { shared: object } },
    ) => chat.shared && note.viewerCount;
    expect(unmarkedIn({ Note: { text } }, schema(''))).toEqual([]);
  });
});
