import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import type { Variables } from '../types.ts';
import type { PlanningNames } from './client-names.ts';
import { isStream } from './conditions.ts';
import { labelOf } from './deferred-fragments.ts';
import type { Shape } from './shape.ts';
import type { CompiledPlan } from './steps.ts';

/** A list of which only the first items are sent together with its parent. */
export interface StreamedList {
  /** Among the streamed lists of the operation. */
  readonly index: number;
  /** The client's label. */
  readonly label: string | undefined;
  readonly initialCount: ValueNode | undefined;
}

/** The streamed lists of an operation whose conditions have been evaluated. */
export interface StreamedLists {
  /** How often the plan is run: once, and once more for each level of streamed lists within each other. */
  readonly waves: number;
  /** By the shape of its items. */
  of(items: Shape): StreamedList | undefined;
  /** The initial count of each list, by its index. */
  initialCounts(values: Variables): readonly number[];
}

const NONE: StreamedLists = { waves: 1, of: () => undefined, initialCounts: () => [] };

export interface StreamedListsInput {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly names: PlanningNames;
  readonly plan: CompiledPlan;
}

/**
 * Finds the streamed lists of objects by the shapes of their items. A list that a representation contains, because of a
 * field with `@requires`, is sent as a whole: the fetched fields of its later items would be missing there.
 */
export function streamedLists(input: StreamedListsInput): StreamedLists {
  const { operation, names, plan } = input;
  const holding = streamHolders(input.fragments);
  if (!holding(operation.selectionSet)) return NONE;
  const required = requiredShapes(plan);
  const known = new Map<Shape, StreamedList>();
  const walk = (set: SelectionSetNode, shape: Shape): void => {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection
            : input.fragments.get(selection.name.value);
        if (fragment && holding(fragment.selectionSet)) walk(fragment.selectionSet, shape);
        continue;
      }
      const { selectionSet } = selection;
      const below = shape.children.get(shape.slots.get(names.nameOf(selection)) ?? -1);
      if (!selectionSet || !below) continue;
      const stream = streamOf(selection);
      if (stream && !required.has(below) && !known.has(below)) {
        const initialCount = argumentOf(stream, 'initialCount');
        known.set(below, { index: known.size, label: labelOf(stream), initialCount });
      }
      if (holding(selectionSet)) walk(selectionSet, below);
    }
  };
  walk(operation.selectionSet, plan.shape);
  if (known.size === 0) return NONE;
  const depthOf = (shape: Shape | undefined): number =>
    shape ? depthOf(shape.parent) + (known.has(shape) ? 1 : 0) : 0;
  const lists = [...known.values()];
  return {
    waves: 1 + Math.max(...[...known.keys()].map(depthOf)),
    of: (items) => known.get(items),
    initialCounts: (values) => lists.map(({ initialCount }) => countIn(initialCount, values)),
  };
}

/** A missing count is 0, the directive's default. */
function countIn(value: ValueNode | undefined, values: Variables): number {
  if (value?.kind === Kind.INT) return Number(value.value);
  return value?.kind === Kind.VARIABLE ? Number(values[value.name.value] ?? 0) : 0;
}

/** Returns a test whether a selection set contains a streamed list, which looks at each fragment once. */
export function streamHolders(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): (set: SelectionSetNode) => boolean {
  const known = new Map<SelectionSetNode, boolean>();
  const holds = (set: SelectionSetNode): boolean => {
    const before = known.get(set);
    if (before !== undefined) return before;
    // A fragment that contains itself is refused elsewhere.
    known.set(set, false);
    const found = set.selections.some((selection) => {
      if (selection.kind === Kind.FIELD && streamOf(selection)) return true;
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments.get(selection.name.value)?.selectionSet
          : selection.selectionSet;
      return below !== undefined && holds(below);
    });
    known.set(set, found);
    return found;
  };
  return holds;
}

export const streamOf = ({ directives }: FieldNode): DirectiveNode | undefined =>
  directives?.find(isStream);

export const argumentOf = (directive: DirectiveNode, argument: string): ValueNode | undefined =>
  directive.arguments?.find(({ name }) => name.value === argument)?.value;

/** The shapes of nested objects that representations contain. */
function requiredShapes({ fetches }: CompiledPlan): ReadonlySet<Shape> {
  const found = new Set<Shape>();
  const add = (selections: readonly QueryPlanSelectionNode[], shape: Shape): void => {
    for (const selection of selections) {
      if (selection.kind !== 'Field') add(selection.selections, shape);
      else if (selection.selections) {
        const below = shape.children.get(shape.slots.get(selection.alias ?? selection.name) ?? -1);
        if (!below) continue;
        found.add(below);
        add(selection.selections, below);
      }
    }
  };
  for (const { representation } of fetches) {
    if (representation) add(representation.selections, representation.shape);
  }
  return found;
}

/** The document as it is planned: streaming makes no difference to what is fetched from where. */
export const withoutStreams = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: (directive) => (isStream(directive) ? null : undefined) });

/** Names of the variables that set initial counts in a document. */
export function initialCountVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      const value = isStream(directive) ? argumentOf(directive, 'initialCount') : undefined;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
