import {
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type FragmentNamed = (name: string) => FragmentDefinitionNode | null | undefined;

/**
 * Returns a test whether a selection set contains a certain kind of selection, itself or in the fragments that it
 * spreads. It looks at each set once.
 */
export function holdingSets(
  isLookedFor: (selection: SelectionNode) => boolean,
  fragmentNamed: FragmentNamed,
): (set: SelectionSetNode) => boolean {
  const known = new Map<SelectionSetNode, boolean>();
  const holds = (set: SelectionSetNode): boolean => {
    const before = known.get(set);
    if (before !== undefined) return before;
    // A fragment that contains itself is refused elsewhere.
    known.set(set, false);
    const found = set.selections.some((selection) => {
      if (isLookedFor(selection)) return true;
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragmentNamed(selection.name.value)?.selectionSet
          : selection.selectionSet;
      return below !== undefined && holds(below);
    });
    known.set(set, found);
    return found;
  };
  return holds;
}
