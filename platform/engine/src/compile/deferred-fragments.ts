import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isDefer, isDeferred } from './conditions.ts';
import { textArgumentOf } from './given-arguments.ts';
import { holdingSets } from './holding-sets.ts';

/** A document in which each deferred fragment has a label of its own. */
export interface LabelledDefers {
  readonly document: DocumentNode;
  /** By our label: the client's label, if there is one. */
  readonly labels: ReadonlyMap<string, string | undefined>;
}

/**
 * Labels each place at which something is deferred. A fragment that contains @defer and is spread twice is
 * deferred at two places, so such fragments are inlined where they are spread.
 */
export function labelDefers(document: DocumentNode): LabelledDefers {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const holding = holdingSets(isDeferred, (name) => fragments.get(name));
  const labels = new Map<string, string | undefined>();

  const labelled = (directive: DirectiveNode): DirectiveNode => {
    if (!isDefer(directive)) return directive;
    const own = `defer_${labels.size + 1}`;
    labels.set(own, labelOf(directive));
    return { ...directive, arguments: [labelArgument(own)] };
  };
  const expand = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      const directives = selection.directives?.map(labelled);
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        const inner = selection.selectionSet;
        return inner ? { ...selection, directives, selectionSet: expand(inner) } : selection;
      }
      const fragment = fragments.get(selection.name.value);
      const isWrittenOut = fragment && (isDeferred(selection) || holding(fragment.selectionSet));
      return isWrittenOut ? writtenOut(fragment, directives, expand) : selection;
    }),
  });

  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? { ...definition, selectionSet: expand(definition.selectionSet) }
      : definition,
  );
  if (labels.size === 0) return { document, labels };
  // Inlined fragments are no longer spread anywhere, and the planner does not need them.
  const kept = definitions.filter(
    (definition) =>
      definition.kind !== Kind.FRAGMENT_DEFINITION || !holding(definition.selectionSet),
  );
  return { document: { ...document, definitions: kept }, labels };
}

const writtenOut = (
  { typeCondition, selectionSet }: FragmentDefinitionNode,
  directives: readonly DirectiveNode[] | undefined,
  expand: (set: SelectionSetNode) => SelectionSetNode,
): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition,
  directives,
  selectionSet: expand(selectionSet),
});

/** The label of a fragment's @defer, if it is deferred and labelled. */
export const labelOf = (directive: DirectiveNode | undefined): string | undefined =>
  directive && textArgumentOf(directive, 'label');

const labelArgument = (value: string): ArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'label' },
  value: { kind: Kind.STRING, value },
});
