import { withSharedTypes } from '@souk/runtime/schema';
import { type DocumentNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { argumentOf } from './supergraph-directives.ts';
import { topicNamesIn } from './viewer-topics.ts';

/**
 * What the identity subgraph is made of: types with global ids, which of them can be shared, and the topics
 * of `viewerEvents`.
 */
export interface IdentifiableTypes {
  readonly node: readonly string[];
  readonly shareable: readonly string[];
  readonly topics: readonly string[];
}

/** Finds the entities of other subgraphs that say `implements Node`, and `& Shareable`. */
export function identifiableTypesIn(schemas: readonly string[]): IdentifiableTypes {
  const node = new Set<string>();
  const shareable = new Set<string>();
  const documents = schemas.map((schema) => parse(schema));
  for (const type of documents.flatMap(objectTypesIn)) {
    if (!isEntityById(type)) continue;
    if (implementsInterface(type, 'Node')) node.add(type.name.value);
    if (implementsInterface(type, 'Shareable')) shareable.add(type.name.value);
  }
  return {
    node: [...node].sort(),
    shareable: [...shareable].sort(),
    topics: topicNamesIn(documents),
  };
}

const objectTypesIn = ({ definitions }: DocumentNode) =>
  definitions.filter(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION,
  );

const implementsInterface = (type: ObjectTypeDefinitionNode, name: string) =>
  type.interfaces?.some((implemented) => implemented.name.value === name) ?? false;

/** Only a type that can be looked up by `id` alone can be delegated to its owner. */
const isEntityById = (type: ObjectTypeDefinitionNode) =>
  type.directives?.some(
    ({ name, arguments: given }) =>
      name.value === 'key' &&
      given?.some(({ value }) => value.kind === Kind.STRING && value.value.trim() === 'id') &&
      !given.some(({ value }) => value.kind === Kind.BOOLEAN && !value.value),
  ) ?? false;

/**
 * The identifiable types, read back from a supergraph that has the identity subgraph at `url`; null when it
 * has none.
 */
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
  return {
    node: implementing('Node'),
    shareable: implementing('Shareable'),
    topics: topicNamesIn([supergraph]),
  };
}

/**
 * Writes the identity subgraph's schema. `Shareable` appears only when something can be shared,
 * `viewerEvents` only when there is a topic.
 */
export function identitySchemaOf({ node, shareable, topics }: IdentifiableTypes): string {
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
  const own = [
    HEADER,
    ...(shareable.length > 0 ? [SHAREABLE] : []),
    ...types,
    query(shareable.length > 0),
    ...(topics.length > 0 ? [viewerEvents(topics)] : []),
  ];
  return withSharedTypes(own.join('\n'));
}

/** `nodes` refuses more ids than this, since each may cost a fetch. */
export const MAX_NODES = 100;

const HEADER = `# Generated from the other subgraphs by \`npm run compose\`; do not edit.
extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@shareable", "@authenticated", "@listSize"]
  )
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

const viewerEvents = (topics: readonly string[]) => `"""
What a viewer can be told of by \`viewerEvents\`.
"""
enum ViewerTopic {
${topics.map((topic) => `  ${topic}\n`).join('')}}

"""
Something has changed that the viewer may see.
"""
type ViewerEvent implements StreamEvent {
  """
  Continues right after this event, in every topic.
  """
  cursor: EventCursor!
  """
  When it happened.
  """
  occurredAt: DateTime!
  """
  Where it happened.
  """
  topic: ViewerTopic!
  """
  The name of the event in the topic's own stream, e.g. \`OrderStatusChanged\`.
  """
  type: String!
  """
  What it is about, as it is now; null when it is about nothing that has an id, or what is gone.
  """
  subject: Node
}

"""
What \`viewerEvents\` sends. \`CaughtUp\` comes once, when every topic has that is not away; what
one that was away has told meanwhile comes when it is back. After a \`StreamReset\` of any topic what
is shown is to be read again.
"""
union ViewerStream = ViewerEvent | CaughtUp | StreamReset

type Subscription {
  """
  Everything that happens to a viewer in one stream with one cursor, for clients that keep what they show
  current: each event says what has changed, and \`subject\` reads it as it is now.
  """
  viewerEvents(
    """
    Only these; all, when it is left out.
    """
    topics: [ViewerTopic!]
    """
    Continue after this cursor; a topic that it does not know begins now.
    """
    after: EventCursor
  ): ViewerStream! @authenticated
}
`;
