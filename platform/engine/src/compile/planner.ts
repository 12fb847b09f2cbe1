import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, print } from 'graphql';
import type { OperationToPlan, PlannerSetting } from './planning-thread.ts';
import { planningThreads } from './planning-threads.ts';

export { PlanningLimit, PlanningUnavailable } from './planning-threads.ts';

/** Plans operations over one supergraph, away from the thread that answers requests. */
export interface Planner {
  /** Resolves when operations can be planned; rejects when none ever can over this supergraph. */
  readonly ready: Promise<void>;
  /** Rejects with a PlanningLimit, a PlanningUnavailable, or with why there is no plan. */
  plan(
    document: DocumentNode,
    operationName?: string,
    /** Labels of progressive overrides that hold. */
    overrides?: readonly string[],
    /** Milliseconds that it may take, where that is less than the limit. */
    withinMs?: number,
  ): Promise<QueryPlan>;
  /** Milliseconds that one operation may be planned for. */
  readonly limitMs: number;
  /** Keeps nothing for later; what still comes is planned all the same. */
  close(): void;
}

export interface PlannerOptions extends PlannerSetting {
  /** Milliseconds that one operation may be planned for. */
  readonly limitMs: number;
}

export function createPlanner({ limitMs, ...setting }: PlannerOptions): Planner {
  const planner = planningThreads.open(setting);
  const asked = (operation: OperationToPlan | null, withinMs = limitMs): Promise<string> =>
    new Promise((resolve, reject) => {
      planningThreads.do({ planner, operation, limitMs: withinMs, resolve, reject });
    });
  return {
    limitMs,
    get ready() {
      return asked(null).then(() => {});
    },
    plan: async (document, operationName, overrides = [], withinMs = limitMs) => {
      const operation = { text: print(document), operationName, overrides };
      return JSON.parse(await asked(operation, withinMs)) as QueryPlan;
    },
    close: () => planningThreads.close(planner),
  };
}
