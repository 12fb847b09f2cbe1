import { GraphQLError, Kind, type SelectionSetNode, type ValidationRule } from 'graphql';

const CONDITIONS = new Set(['skip', 'include']);
const MESSAGE = 'What is subscribed to cannot depend on @skip or @include; place them below.';

/**
 * A subscription has one root field whatever its variables are, as GraphQL demands since September 2025. By
 * graphql-js before version 17 it may have none; and looking for it throws where a condition is a variable, or wrong.
 */
export const UnconditionalSubscriptionsRule: ValidationRule = (context) => {
  const check = (set: SelectionSetNode, seen: Set<string>): void => {
    for (const selection of set.selections) {
      for (const directive of selection.directives ?? []) {
        if (!CONDITIONS.has(directive.name.value)) continue;
        context.reportError(new GraphQLError(MESSAGE, { nodes: directive }));
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet, seen);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue;
      seen.add(selection.name.value);
      const fragment = context.getFragment(selection.name.value);
      if (fragment) check(fragment.selectionSet, seen);
    }
  };
  return {
    OperationDefinition: ({ operation, selectionSet }) => {
      if (operation === 'subscription') check(selectionSet, new Set());
    },
  };
};
