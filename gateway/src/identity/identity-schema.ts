import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from 'graphql';

/** What the identity subgraph can name: types with global ids, and which of them can be shared. */
export interface IdentifiableTypes {
  readonly node: readonly string[];
  readonly shareable: readonly string[];
}

/** Finds the entities of other subgraphs that say `implements Node`, and `& Shareable`. */
export function identifiableTypesIn(schemas: readonly string[]): IdentifiableTypes {
  const node = new Set<string>();
  const shareable = new Set<string>();
  for (const type of schemas.flatMap((schema) => objectTypesIn(parse(schema)))) {
    if (!isEntityById(type)) continue;
    if (implementsInterface(type, 'Node')) node.add(type.name.value);
    if (implementsInterface(type, 'Shareable')) shareable.add(type.name.value);
  }
  return { node: [...node].sort(), shareable: [...shareable].sort() };
}

const objectTypesIn = ({ definitions }: DocumentNode) =>
  definitions.filter(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION,
  );

const implementsInterface = (type: ObjectTypeDefinitionNode, name: string) =>
  type.interfaces?.some((implemented) => implemented.name.value === name) ?? false;

/** Only a type that can be looked up by `id` alone can be handed over to its owner. */
const isEntityById = (type: ObjectTypeDefinitionNode) =>
  type.directives?.some(
    ({ name, arguments: given }) =>
      name.value === 'key' &&
      given?.some(({ value }) => value.kind === Kind.STRING && value.value.trim() === 'id') &&
      !given.some(({ value }) => value.kind === Kind.BOOLEAN && !value.value),
  ) ?? false;

/** The same, read back from a supergraph that has the identity subgraph at `url`; null without one. */
export function identifiableTypesOf(
  supergraph: DocumentNode,
  url: string,
): IdentifiableTypes | null {
  const graph = supergraph.definitions
    .flatMap((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION ? (definition.values ?? []) : [],
    )
    .find(({ directives }) =>
      directives?.some((directive) => argumentOf(directive, 'url') === url),
    );
  if (!graph) return null;
  const implementing = (name: string) =>
    objectTypesIn(supergraph)
      .filter(({ directives }) =>
        directives?.some(
          (directive) =>
            directive.name.value === 'join__implements' &&
            argumentOf(directive, 'graph') === graph.name.value &&
            argumentOf(directive, 'interface') === name,
        ),
      )
      .map(({ name: type }) => type.value);
  return { node: implementing('Node'), shareable: implementing('Shareable') };
}

function argumentOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** Writes the identity subgraph's schema. `Shareable` appears only when something can be shared. */
export function identitySchemaOf({ node, shareable }: IdentifiableTypes): string {
  const named = new Set([...node, ...shareable]);
  const types = [...named].sort().map((name) => {
    const isShareable = shareable.includes(name);
    const interfaces = [
      ...(node.includes(name) ? ['Node'] : []),
      ...(isShareable ? ['Shareable'] : []),
    ];
    const key = isShareable ? '@key(fields: "id")' : '@key(fields: "id", resolvable: false)';
    return `type ${name} implements ${interfaces.join(' & ')} ${key} {\n  id: ID!\n}\n`;
  });
  return [
    HEADER,
    ...(shareable.length > 0 ? [SHAREABLE] : []),
    ...types,
    query(shareable.length > 0),
  ].join('\n');
}

/** More ids in one `nodes` are refused: each may cost a fetch. */
export const MAX_NODES = 100;

const HEADER = `# Generated from the other subgraphs by \`npm run compose\`; do not edit.
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize"])

"""
Anything with a global id. The id carries its type, so \`node\` needs no lookup.
"""
interface Node {
  id: ID!
}
`;

const SHAREABLE = `"""
Anything that can be shown in a room or watched, whichever subgraph owns it.
"""
interface Shareable @key(fields: "id") {
  id: ID!
}
`;

const query = (withShareable: boolean) => `type Query {
  """
  The thing with this id; null when there is none, or you may not see it.
  """
  node(id: ID!): Node
  """
  The same for up to 100 ids, in their order.
  """
  nodes(ids: [ID!]!): [Node]! @listSize(assumedSize: ${MAX_NODES})
${withShareable ? '  """\n  The shareable thing with this id; null for ids of anything else.\n  """\n  shareable(id: ID!): Shareable\n' : ''}}
`;
