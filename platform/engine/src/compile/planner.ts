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
  ): Promise<QueryPlan>;
  /** Keeps nothing for later; what still comes is planned all the same. */
  close(): void;
}

export interface PlannerOptions extends PlannerSetting {
  /** Milliseconds that one operation may be planned for. */
  readonly limitMs: number;
}

export function createPlanner({ limitMs, ...setting }: PlannerOptions): Planner {
  const planner = planningThreads.open(setting);
  const asked = (operation: OperationToPlan | null): Promise<string> =>
    new Promise((resolve, reject) => {
      planningThreads.do({ planner, operation, limitMs, resolve, reject });
    });
  return {
    get ready() {
      return asked(null).then(() => {});
    },
    plan: async (document, operationName, overrides = []) =>
      JSON.parse(await asked({ text: print(document), operationName, overrides })) as QueryPlan,
    close: () => planningThreads.close(planner),
  };
}
