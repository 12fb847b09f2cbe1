import { BREAK, type GraphQLResolveInfo, visit } from 'graphql';

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
