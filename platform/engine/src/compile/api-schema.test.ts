import { composeServices } from '@apollo/composition';
import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { lexicographicSortSchema, parse, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { subgraphs } from '../../testing/differential/market.ts';
import { composeSubgraphs } from '../../testing/test-supergraph.ts';
import { apiSchemaOf } from './supergraph.ts';

/** The API schema as Apollo derives it from a supergraph. */
function apollosApi(sdl: string): string {
  const features = ['cost', 'authenticated', 'requiresScopes', 'cacheTag'];
  const supportedFeatures = new Set([
    ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
    ...features.map((name) => `https://specs.apollo.dev/${name}/v0.1`),
  ]);
  const api = Supergraph.build(sdl, { supportedFeatures }).apiSchema();
  return printSchema(
    lexicographicSortSchema(api.toGraphQLJSSchema({ includeDefer: true, includeStream: true })),
  );
}

const ourApi = (sdl: string): string => printSchema(lexicographicSortSchema(apiSchemaOf(sdl)));

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@tag", "@composeDirective", "@authenticated", "@interfaceObject"
  { name: "@inaccessible", as: "@kept" }, { name: "@cost", as: "@weight" }
])`;

/** Something withheld of each kind, a directive of somebody's own, and directives under other names. */
const WITHHELD = composed(`${LINK}
  @link(url: "https://example.com/shown/v1.2", import: ["@shown"])
  @composeDirective(name: "@shown")
  directive @shown(how: String) on FIELD_DEFINITION | OBJECT
  directive @everywhere(of: Kind, secret: Int @kept) on FIELD | QUERY
  "What a thing is."
  interface Thing { id: ID! secret: String @kept }
  type Query @shown { things(kind: Kind = OLD, hint: Hint @kept, filter: Filter): [Thing!]! @weight(weight: 5) any: Any own: Own @kept }
  "A thing."
  type Game implements Thing & Named @key(fields: "id") @tag(name: "t") { id: ID! secret: String name: String @deprecated(reason: "old") @shown(how: "so") title: String @authenticated }
  type Book implements Thing @key(fields: "id") { id: ID! secret: String pages(
    "of them" first: Int! = 3 @deprecated): Int }
  type Own @kept { id: ID! }
  interface Named @kept { name: String }
  union Any = Game | Own | Book
  enum Kind { OLD NEW @deprecated(reason: "too new") HIDDEN @kept }
  input Hint @kept { word: String }
  input Filter { kind: Kind = NEW hint: Hint @kept word: String = "a \\"b\\"" @deprecated below: [Float!]! = [1.5, 2] }
  scalar Url @specifiedBy(url: "https://url.spec.whatwg.org")
  scalar Hidden @kept
  type Mutation { go(url: Url, hidden: Hidden @kept): Boolean }
  type Subscription { gone: Boolean }`);

function composed(...typeDefs: string[]): string {
  const services = typeDefs.map((text, n) => ({
    name: `s${n}`,
    url: `http://s${n}`,
    typeDefs: parse(text),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  expect(errors).toBeUndefined();
  return supergraphSdl as string;
}

/** As the first federation composed it. */
const FIRST_FEDERATION = `schema
  @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION)
  @core(feature: "https://specs.apollo.dev/tag/v0.1", as: "label") { query: Query }
  directive @core(feature: String!, as: String, for: core__Purpose) repeatable on SCHEMA
  directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
  directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @label(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION
  scalar join__FieldSet
  enum core__Purpose { EXECUTION SECURITY }
  enum join__Graph { ONE @join__graph(name: "one" url: "http://one") }
  type Query { a: Int @join__field(graph: ONE) @label(name: "x") }`;

test.for([
  ['a market', composeSubgraphs(subgraphs)],
  ['what is withheld', WITHHELD],
  ['the first federation', FIRST_FEDERATION],
  [
    'linked by another name',
    WITHHELD.replace(/@link\b/g, '@linked')
      .replace(/(link\/v1.0")/, '$1, as: "linked"')
      .replace(/\blink__/g, 'linked__'),
  ],
  [
    'a directive for parts of its own',
    composed(`${LINK} directive @defer(of: Int) on FIELD type Query { a: Int }`),
  ],
] as const)('clients see of %s what Apollo shows of it', ([, sdl]) => {
  expect(ourApi(sdl)).toBe(apollosApi(sdl));
});

test('a schema keeps nothing of the text that it was read from', () => {
  const game = apiSchemaOf(WITHHELD).getType('Game') as { astNode?: unknown };
  expect(game.astNode).toBeUndefined();
});
