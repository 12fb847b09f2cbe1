import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { isDefer } from './conditions.ts';
import { type Planner, PlanningLimit, PlanningUnavailable } from './planner.ts';

export interface PlanInPartsInput {
  readonly planner: Planner;
  /** Names of the fields that require others of their object. */
  readonly requiring: ReadonlySet<string>;
  /** As it is given to the planner; each deferred fragment is an inline one. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly overrides: readonly string[];
}

/**
 * Plans an operation in which something is deferred. The planner trips over some of it, most often over
 * fields with @requires, and then has no plan at all. So less is deferred then, and nothing if that
 * fails too: what cannot come later comes with the rest, as the specification allows.
 */
export async function planInParts(input: PlanInPartsInput): Promise<QueryPlan> {
  const { planner, document: all, operationName, overrides, requiring } = input;
  const fewer = withoutDefers(all, (fragment) => asksFor(requiring, fragment.selectionSet));
  for (const document of new Set([all, fewer])) {
    try {
      return await planner.plan(document, operationName, overrides);
    } catch (error) {
      // Deferring makes more alternatives to weigh; with a little less of it they are hardly fewer.
      if (error instanceof PlanningLimit || error instanceof PlanningUnavailable) break;
    }
  }
  return planner.plan(
    withoutDefers(all, () => true),
    operationName,
    overrides,
  );
}

const isDeferred = ({ directives }: InlineFragmentNode): boolean =>
  directives?.some(isDefer) === true;

/** The same document where nothing is left out. */
const withoutDefers = (
  document: DocumentNode,
  isLeftOut: (fragment: InlineFragmentNode) => boolean,
): DocumentNode =>
  visit(document, {
    InlineFragment: (fragment) => {
      if (!isDeferred(fragment) || !isLeftOut(fragment)) return undefined;
      const directives = fragment.directives?.filter((directive) => !isDefer(directive));
      return { ...fragment, directives };
    },
  });

/** Whether any of these fields is asked for, fragments of their own apart. */
const asksFor = (names: ReadonlySet<string>, { selections }: SelectionSetNode): boolean =>
  selections.some(
    (selection) =>
      (selection.kind === Kind.FIELD && names.has(selection.name.value)) ||
      (selection.kind !== Kind.FRAGMENT_SPREAD &&
        selection.selectionSet !== undefined &&
        asksFor(names, selection.selectionSet)),
  );
