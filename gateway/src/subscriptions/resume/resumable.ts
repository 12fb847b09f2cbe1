import { argumentOf, freeName, namesIn, responseName, type Variables } from '@souk/engine';
import {
  type DocumentNode,
  doTypesOverlap,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { withoutPrototype } from '../../own-property.ts';
import { aliasedField, nameNode } from '../aliased-field.ts';

/**
 * How a subscription resumes after its upstream was lost: its events carry a cursor, and its root field
 * accepts one as `after`. Both are conventions of the graph, recognised by the interface `StreamEvent {
 * cursor }`; a field without them is simply subscribed to again.
 */
export interface Resumption {
  readonly rootKey: string;
  /** Response keys that the gateway adds for its own use and removes before the client sees them. */
  readonly cursorKey: string;
  readonly kindKey: string;
  /** The variable that holds the cursor to continue after. */
  readonly variable: string;
  /** Variables for the first start: the cursor that the client gave, in whatever form. */
  initially(variables: Variables): Variables;
}

export interface ResumableOperation {
  readonly document: DocumentNode;
  readonly resumption: Resumption | null;
}

const STREAM_EVENT = 'StreamEvent';
const AFTER = 'after';

export function makeResumable(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): ResumableOperation {
  const root = rootFieldOf(operation.selectionSet, document);
  const definition = root && schema.getSubscriptionType()?.getFields()[root.name.value];
  const argument = definition?.args.find(({ name }) => name === AFTER);
  if (!root || !definition || !argument || !carriesCursor(getNamedType(definition.type), schema)) {
    return { document, resumption: null };
  }
  const given = argumentOf(root, AFTER);
  const { fields, variables } = namesIn(document);
  const cursorKey = freeName((number) => `cursor_${number}`, fields);
  const kindKey = freeName((number) => `kind_${number}`, fields);
  // The client's own variable can be used, unless it is also used elsewhere.
  const added = given?.kind !== Kind.VARIABLE || usesOf(given.name.value, document) > 1;
  const variable = added ? freeName((number) => `after_${number}`, variables) : given.name.value;
  const resumable = visit(document, {
    enter(node) {
      if (node === root)
        return {
          ...root,
          selectionSet: withCursor(root.selectionSet, cursorKey, kindKey),
          arguments: argumentsOf(root, variable),
        };
      if (node === operation && added) {
        const type = parseType(String(getNullableType(argument.type)));
        return {
          ...operation,
          variableDefinitions: [
            ...(operation.variableDefinitions ?? []),
            variableDefinition(variable, type),
          ],
        };
      }
      return undefined;
    },
  });
  const initially = (own: Variables): Variables => {
    if (!added || !given) return {};
    const after = valueFromASTUntyped(given, withoutPrototype(own)) ?? defaultOf(given, operation);
    return after === undefined ? {} : { [variable]: after };
  };
  return {
    document: resumable,
    resumption: { rootKey: responseName(root), cursorKey, kindKey, variable, initially },
  };
}

/** The value that a variable has when it is not given. */
function defaultOf(given: ValueNode, { variableDefinitions }: OperationDefinitionNode): unknown {
  const definition = variableDefinitions?.find(
    ({ variable }) => given.kind === Kind.VARIABLE && variable.name.value === given.name.value,
  );
  return definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
}

/** How often a variable is used. */
function usesOf(variable: string, document: DocumentNode): number {
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      if (name.value === variable) uses += 1;
    },
  });
  return uses;
}

function rootFieldOf(set: SelectionSetNode, document: DocumentNode): FieldNode | null {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : document.definitions.find(
            (definition) =>
              definition.kind === Kind.FRAGMENT_DEFINITION &&
              definition.name.value === selection.name.value,
          );
    const field =
      fragment && 'selectionSet' in fragment
        ? rootFieldOf(fragment.selectionSet as SelectionSetNode, document)
        : null;
    if (field) return field;
  }
  return null;
}

function carriesCursor(type: ReturnType<typeof getNamedType>, schema: GraphQLSchema): boolean {
  const streamEvent = schema.getType(STREAM_EVENT);
  if (!isInterfaceType(streamEvent) || !streamEvent.getFields().cursor || !isCompositeType(type))
    return false;
  return isObjectType(type) || isAbstractType(type)
    ? doTypesOverlap(schema, type, streamEvent)
    : false;
}

const withCursor = (
  set: SelectionSetNode | undefined,
  cursorKey: string,
  kindKey: string,
): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections: [
    ...(set?.selections ?? []),
    {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: nameNode(STREAM_EVENT) },
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [aliasedField(cursorKey, 'cursor'), aliasedField(kindKey, '__typename')],
      },
    },
  ],
});

const variableNode = (variable: string): ValueNode => ({
  kind: Kind.VARIABLE,
  name: nameNode(variable),
});

const argumentsOf = (root: FieldNode, variable: string) => [
  ...(root.arguments ?? []).filter((argument) => argument.name.value !== AFTER),
  { kind: Kind.ARGUMENT, name: nameNode(AFTER), value: variableNode(variable) } as const,
];

const variableDefinition = (variable: string, type: import('graphql').TypeNode) =>
  ({
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: nameNode(variable) },
    type,
  }) as const;
