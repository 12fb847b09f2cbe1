import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import type { Variables } from '../operation.ts';
import type { PlanningNames } from './client-names.ts';
import { isStream } from './conditions.ts';
import { labelOf } from './deferred-fragments.ts';
import { argumentOf } from './given-arguments.ts';
import { holdingSets } from './holding-sets.ts';
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
  /** Whether the objects of a shape are items of a streamed list, or have one somewhere below them. */
  leadTo(shape: Shape): boolean;
  /** The initial count of each list, by its index. */
  initialCounts(values: Variables): readonly number[];
}

const NONE: StreamedLists = {
  waves: 1,
  of: () => undefined,
  leadTo: () => false,
  initialCounts: () => [],
};

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
  const holding = holdingSets(isStreamed, (name) => input.fragments.get(name));
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
  const leading = new Set<Shape>();
  for (const items of known.keys()) {
    for (let at: Shape | undefined = items; at; at = at.parent) leading.add(at);
  }
  const lists = [...known.values()];
  return {
    waves: 1 + Math.max(...[...known.keys()].map(depthOf)),
    of: (items) => known.get(items),
    leadTo: (shape) => leading.has(shape),
    initialCounts: (values) => lists.map(({ initialCount }) => countIn(initialCount, values)),
  };
}

/** A missing count is 0, the directive's default. */
function countIn(value: ValueNode | undefined, values: Variables): number {
  if (value?.kind === Kind.INT) return Number(value.value);
  return value?.kind === Kind.VARIABLE ? Number(values[value.name.value] ?? 0) : 0;
}

export const streamOf = ({ directives }: SelectionNode): DirectiveNode | undefined =>
  directives?.find(isStream);

export const isStreamed = (selection: SelectionNode): boolean => streamOf(selection) !== undefined;

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
