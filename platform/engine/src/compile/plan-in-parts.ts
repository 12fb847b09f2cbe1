import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { DeferDropped } from '../options.ts';
import { isDefer, isDeferred } from './conditions.ts';
import type { Planner } from './planner.ts';
import { PlanningLimit, PlanningUnavailable } from './planning-limits.ts';

export interface PlanInPartsInput {
  readonly planner: Planner;
  /** Names of the fields that require others of their object. */
  readonly requiring: ReadonlySet<string>;
  /** As it is passed to the planner: each deferred fragment is an inline fragment. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly overrides: readonly string[];
  readonly onDropped: ((dropped: DeferDropped) => void) | undefined;
}

/**
 * Plans an operation in which something is deferred. The planner fails on some of these, most often because
 * of fields with @requires, and then has no plan at all. In that case less is deferred, and nothing if that
 * fails too: what cannot come later comes with the rest, as the specification allows. The two attempts to
 * defer take half of the limit together, so that the plan without them has all of it. A temporary failure is
 * treated differently, since otherwise less would be deferred for as long as the plan is kept.
 */
export async function planInParts(input: PlanInPartsInput): Promise<QueryPlan> {
  const { planner, document: all, operationName, overrides, requiring, onDropped } = input;
  const fewer = withoutDefers(all, (fragment) => asksFor(requiring, fragment.selectionSet));
  let failure: unknown;
  for (const document of new Set([all, fewer])) {
    try {
      const plan = await planner.plan(document, overrides, planner.limitMs / 4);
      if (document !== all) onDropped?.({ what: 'requires', operationName, cause: failure });
      return plan;
    } catch (error) {
      if (error instanceof PlanningUnavailable) throw error;
      failure = error;
      // Deferring multiplies the alternatives to weigh, and deferring a little less hardly reduces them.
      if (error instanceof PlanningLimit) break;
    }
  }
  const nothing = withoutDefers(all, () => true);
  const plan = await planner.plan(nothing, overrides);
  onDropped?.({ what: 'all', operationName, cause: failure });
  return plan;
}

/** The document without `@defer` at the dropped fragments; the same document if none is dropped. */
const withoutDefers = (
  document: DocumentNode,
  isDropped: (fragment: InlineFragmentNode) => boolean,
): DocumentNode =>
  visit(document, {
    InlineFragment: (fragment) => {
      if (!isDeferred(fragment) || !isDropped(fragment)) return undefined;
      const directives = fragment.directives?.filter((directive) => !isDefer(directive));
      return { ...fragment, directives };
    },
  });

/** Whether any of these fields is selected, not counting named fragments. */
const asksFor = (names: ReadonlySet<string>, { selections }: SelectionSetNode): boolean =>
  selections.some(
    (selection) =>
      (selection.kind === Kind.FIELD && names.has(selection.name.value)) ||
      (selection.kind !== Kind.FRAGMENT_SPREAD &&
        selection.selectionSet !== undefined &&
        asksFor(names, selection.selectionSet)),
  );
