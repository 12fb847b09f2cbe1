import {
  type DocumentNode,
  executeSync,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from './types.ts';

/** The part of a query that asks about the schema itself, or undefined when it has none. */
export function introspectionPart(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode | undefined {
  const selections = schemaSelections(operation.selectionSet, fragments);
  if (selections.length === 0) return undefined;
  const part: OperationDefinitionNode = {
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return { kind: Kind.DOCUMENT, definitions: [part, ...fragments.values()] };
}

function schemaSelections(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionNode[] {
  return set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      return name === '__schema' || name === '__type' ? [selection] : [];
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    return inner ? schemaSelections(inner, fragments) : [];
  });
}

/** JSON text of each introspection field, by response name. */
export function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Variables,
): ReadonlyMap<string, string> {
  const { data } = executeSync({ schema, document, variableValues });
  return new Map(Object.entries(data ?? {}).map(([name, value]) => [name, JSON.stringify(value)]));
}
