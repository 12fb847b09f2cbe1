import { textArgumentOf } from '@souk/engine';
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { subgraphNamesIn } from './supergraph-directives.ts';

/**
 * A subgraph's subscription that declares, by `@tag(name: "viewer-topic/ORDERS")`, that it tells viewers
 * about their own objects: a part of `viewerEvents`.
 */
export interface ViewerTopic {
  /** `ORDERS` */
  readonly name: string;
  readonly subgraph: string;
  /** Asks for the stream's events, with the variable `after`, and for the subject of each. */
  readonly query: string;
}

const TAG = /^viewer-topic\/([A-Z][A-Z_]*)$/;

/** The names of the topics declared in schemas: either those of subgraphs, or a supergraph. */
export const topicNamesIn = (schemas: readonly DocumentNode[]): string[] =>
  schemas
    .flatMap(subscriptionFieldsOf)
    .flatMap((field) => topicOf(field) ?? [])
    .sort();

/** The topics of a supergraph, with how to ask for each. */
export function viewerTopicsOf(supergraph: DocumentNode): ViewerTopic[] {
  const subgraphs = subgraphNamesIn(supergraph);
  const types = new Map(
    supergraph.definitions.flatMap((definition) =>
      'name' in definition && definition.name ? [[definition.name.value, definition]] : [],
    ),
  );
  return subscriptionFieldsOf(supergraph)
    .flatMap((field) => {
      const name = topicOf(field);
      const graph = field.directives?.find((directive) => directive.name.value === 'join__field');
      const subgraph = graph && subgraphs.get(textArgumentOf(graph, 'graph') ?? '');
      if (name === undefined || subgraph === undefined) return [];
      return [{ name, subgraph, query: queryOf(field, types) }];
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

const subscriptionFieldsOf = ({ definitions }: DocumentNode): readonly FieldDefinitionNode[] =>
  definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Subscription'
      ? (definition.fields ?? [])
      : [],
  );

const topicOf = ({ directives }: FieldDefinitionNode): string | undefined =>
  directives
    ?.filter(({ name }) => name.value === 'tag')
    .map((tag) => TAG.exec(textArgumentOf(tag, 'name') ?? '')?.[1])
    .find((topic) => topic !== undefined);

/** The key of an event's subject: one per kind of event, since kinds differ in what may be null. */
export const subjectKeyOf = <Kind extends string>(kind: Kind) => `subjectOf${kind}` as const;

/** What is selected of every event of a stream, and of each kind the entity that it is about. */
function queryOf(field: FieldDefinitionNode, types: ReadonlyMap<string, DefinitionNode>): string {
  const union = types.get(nameOf(field.type));
  const events = (union?.kind === Kind.UNION_TYPE_DEFINITION ? (union.types ?? []) : [])
    .map(({ name }) => types.get(name.value))
    .filter((type) => type?.kind === Kind.OBJECT_TYPE_DEFINITION);
  const isNode = (name: string) => {
    const type = types.get(name);
    return type?.kind === Kind.OBJECT_TYPE_DEFINITION && implementsNode(type);
  };
  const subjects = subjectsOf(events as ObjectTypeDefinitionNode[], isNode);
  const ofKinds = subjects.map(
    ([kind, subject]) => `... on ${kind} { ${subjectKeyOf(kind)}: ${subject} { __typename id } }`,
  );
  return `subscription ViewerTopic($after: EventCursor) { event: ${field.name.value}(after: $after) { __typename ... on StreamEvent { cursor occurredAt } ... on CaughtUp { replayed } ... on StreamReset { reason } ${ofKinds.join(' ')} } }`;
}

/**
 * For each kind of event, the field that leads to the entity it is about. Where there are several, the one
 * that most kinds of the stream are about: what happens in rooms is about rooms.
 */
function subjectsOf(
  events: readonly ObjectTypeDefinitionNode[],
  isNode: (type: string) => boolean,
): [kind: string, field: string][] {
  const entitiesOf = ({ fields = [] }: ObjectTypeDefinitionNode) =>
    fields.filter(
      ({ type, arguments: given = [] }) =>
        !isList(type) && isNode(nameOf(type)) && given.length === 0,
    );
  const uses = new Map<string, number>();
  for (const { type } of events.flatMap(entitiesOf)) {
    uses.set(nameOf(type), (uses.get(nameOf(type)) ?? 0) + 1);
  }
  return events.flatMap((event) => {
    const [subject] = entitiesOf(event).sort(
      (one, other) => (uses.get(nameOf(other.type)) ?? 0) - (uses.get(nameOf(one.type)) ?? 0),
    );
    return subject ? [[event.name.value, subject.name.value] as [string, string]] : [];
  });
}

const implementsNode = ({ interfaces = [] }: ObjectTypeDefinitionNode): boolean =>
  interfaces.some(({ name }) => name.value === 'Node');

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
