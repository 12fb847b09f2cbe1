import { textArgumentOf } from '@souk/engine';
import { withSharedTypes } from '@souk/runtime/schema';
import { type DocumentNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
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
      directives?.some((directive) => textArgumentOf(directive, 'url') === url),
    );
  if (!graph) return null;
  const implementing = (name: string) =>
    objectTypesIn(supergraph)
      .filter(({ directives }) =>
        directives?.some(
          (directive) =>
            directive.name.value === 'join__implements' &&
            textArgumentOf(directive, 'graph') === graph.name.value &&
            textArgumentOf(directive, 'interface') === name,
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
Anything that can be shared in a room or watched, whichever subgraph owns it.
"""
interface Shareable @key(fields: "id") {
  id: ID!
}
`;

const query = (withShareable: boolean) => `type Query {
  """
  The thing with this id; null if it does not exist or the viewer may not see it.
  """
  node(id: ID!): Node
  """
  The same for up to 100 ids, in their order.
  """
  nodes(ids: [ID!]!): [Node]! @listSize(assumedSize: ${MAX_NODES})
${withShareable ? '  """\n  The shareable thing with this id; null for ids of anything else.\n  """\n  shareable(id: ID!): Shareable\n' : ''}}
`;

const viewerEvents = (topics: readonly string[]) => `"""
The topics that \`viewerEvents\` covers.
"""
enum ViewerTopic {
${topics.map((topic) => `  ${topic}\n`).join('')}}

"""
Something that the viewer may see has changed.
"""
type ViewerEvent implements StreamEvent {
  """
  Pass it as \`after\` to continue right after this event, in every topic.
  """
  cursor: EventCursor!
  """
  When it happened.
  """
  occurredAt: DateTime!
  """
  The topic to which it belongs.
  """
  topic: ViewerTopic!
  """
  The name of the event in the topic's own stream, e.g. \`OrderStatusChanged\`.
  """
  type: String!
  """
  What it is about, in its current state; null if that has no id or no longer exists.
  """
  subject: Node
}

"""
Everything that \`viewerEvents\` sends. \`CaughtUp\` is sent once, when every available topic has caught up; the events
of a topic that was unavailable are sent when it is back. After a \`StreamReset\` of any topic, read again what
is shown.
"""
union ViewerStream = ViewerEvent | CaughtUp | StreamReset

type Subscription {
  """
  Everything that happens to a viewer, in one stream with one cursor, for clients that keep what they show
  up to date: each event says what has changed, and \`subject\` reads its current state.
  """
  viewerEvents(
    """
    Only these topics; all if left out.
    """
    topics: [ViewerTopic!]
    """
    Continue after this cursor; topics that it does not include start now.
    """
    after: EventCursor
  ): ViewerStream! @authenticated
}
`;
