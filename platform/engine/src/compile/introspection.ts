import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { responseName } from './free-names.ts';

/** The part of a query that asks about the schema itself. */
export interface IntrospectionPart {
  readonly document: DocumentNode;
  /** Where each of its answers is stored in the root Item, by response name. */
  readonly slots: ReadonlyMap<string, number>;
}

/** Undefined when a query does not ask about the schema. */
export function introspectionPart(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  slotFor: (field: FieldNode) => number,
): IntrospectionPart | undefined {
  const selections = schemaSelections(operation.selectionSet, fragments);
  if (selections.length === 0) return undefined;
  const part: OperationDefinitionNode = {
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return {
    document: { kind: Kind.DOCUMENT, definitions: [part, ...fragments.values()] },
    slots: new Map(selections.map((field) => [responseName(field), slotFor(field)])),
  };
}

function schemaSelections(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode[] {
  return set.selections.flatMap((selection): FieldNode[] => {
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
