import { BREAK, type GraphQLResolveInfo, Kind, type SelectionSetNode, visit } from 'graphql';

/**
 * True when the operation asks for a field of this name anywhere. A resolver uses it to read a
 * stream's head before the data beside it: an event in between is then repeated, never missed.
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

/** What names a thing and says nothing of it. */
const IDENTITY: ReadonlySet<string> = new Set(['id', '__typename']);

/** True when a field is asked for nothing but which thing it is. */
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
