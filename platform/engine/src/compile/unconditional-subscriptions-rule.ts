import { GraphQLError, Kind, type SelectionSetNode, type ValidationRule } from 'graphql';

const CONDITIONS = new Set(['skip', 'include']);
const MESSAGE = 'What is subscribed to cannot depend on @skip or @include; place them below.';

/**
 * A subscription has exactly one root field whatever its variables are, as GraphQL requires since September
 * 2025. graphql-js before version 17 allows none, and throws when a condition is a variable or invalid.
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
