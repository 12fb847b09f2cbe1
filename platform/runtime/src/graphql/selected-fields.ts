import { BREAK, type GraphQLResolveInfo, Kind, type SelectionSetNode, visit } from 'graphql';

/**
 * True when the operation selects a field of this name anywhere. A resolver uses it to read a stream's head
 * before the data beside it: an event in between is then repeated, never missed.
 */
export function operationSelects(
  { operation, fragments }: Pick<GraphQLResolveInfo, 'operation' | 'fragments'>,
  fieldName: string,
): boolean {
  let found = false;
  for (const node of [operation, ...Object.values(fragments)]) {
    visit(node, {
      Field: ({ name }) => {
        if (name.value !== fieldName) return undefined;
        found = true;
        return BREAK;
      },
    });
    if (found) return true;
  }
  return false;
}

/** Fields that identify an object and say nothing else about it. */
const IDENTITY: ReadonlySet<string> = new Set(['id', '__typename']);

/** True when only the identity of the object is selected. */
export function selectsIdentityAlone({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): boolean {
  const namesAlone = (set: SelectionSetNode | undefined): boolean => {
    if (!set) return false;
    return set.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return IDENTITY.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return namesAlone(selection.selectionSet);
      return namesAlone(fragments[selection.name.value]?.selectionSet);
    });
  };
  return fieldNodes.every(({ selectionSet }) => namesAlone(selectionSet));
}
