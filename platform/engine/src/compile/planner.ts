import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, GraphQLError } from 'graphql';
import type { PlanCache } from '../plan-cache.ts';
import { canonicalOperation } from './canonical-operation.ts';
import type { PlanInputs } from './plan-inputs.ts';
import type { PlannerSetting, PlanningTask } from './planning-thread.ts';
import { planningThreads } from './planning-threads.ts';

export { PlanningLimit, PlanningUnavailable } from './planning-threads.ts';

/** Plans operations over one supergraph, away from the thread that answers requests. */
export interface Planner {
  /** Resolves when operations can be planned; rejects when none ever can over this supergraph. */
  readonly ready: Promise<void>;
  /** Rejects with a PlanningLimit, a PlanningUnavailable, or with why there is no plan. */
  plan(
    /** One operation with its fragments. */
    document: DocumentNode,
    /** Labels of progressive overrides that hold. */
    overrides?: readonly string[],
    /** Milliseconds that it may take, where that is less than the limit. */
    withinMs?: number,
  ): Promise<QueryPlan>;
  /** Fields that cannot be merged in a document that is valid otherwise; rejects as `plan` does. */
  conflictsIn(text: string, document: DocumentNode): Promise<readonly FieldConflict[]>;
  /** Milliseconds that one operation may be planned for. */
  readonly limitMs: number;
  /** Keeps nothing for later; what still comes is planned all the same. */
  close(): void;
}

export interface FieldConflict {
  readonly message: string;
  /** Where in the document; none where there is too much to compare. */
  readonly positions?: readonly number[] | undefined;
}

export interface PlannerOptions extends PlannerSetting {
  readonly plans: PlanCache;
  readonly inputs: PlanInputs;
  /** Milliseconds that one operation may be planned for. */
  readonly limitMs: number;
}

export function createPlanner({ limitMs, plans, inputs, ...setting }: PlannerOptions): Planner {
  const planner = planningThreads.open(setting);
  let isClosed = false;
  const done = (task: PlanningTask | null, withinMs = limitMs): Promise<string> =>
    new Promise((resolve, reject) => {
      planningThreads.do({ planner, task, limitMs: withinMs, resolve, reject });
    });
  const known = (task: PlanningTask, document: DocumentNode, withinMs = limitMs) => {
    // Whoever may take longer does not wait for one that is given up before.
    const isHurried = withinMs < limitMs;
    const followsFrom = [setting.mostPlansEvaluated, task, isHurried, inputs(document)];
    const key = createHash('sha256').update(JSON.stringify(followsFrom)).digest('base64url');
    return plans.get(key, () => done(task, withinMs));
  };
  return {
    limitMs,
    get ready() {
      return done(null).then(() => {});
    },
    plan: async (document, overrides = [], withinMs = limitMs) => {
      const { text, restore } = canonicalOperation(document);
      const task: PlanningTask = { kind: 'plan', operation: { text, overrides } };
      try {
        return JSON.parse(restore(await known(task, document, withinMs))) as QueryPlan;
      } catch (error) {
        throw error instanceof GraphQLError ? new GraphQLError(restore(error.message)) : error;
      }
    },
    conflictsIn: async (text, document) =>
      JSON.parse(await known({ kind: 'check', text }, document)) as FieldConflict[],
    close: () => {
      // Somebody else may have opened it again meanwhile.
      if (!isClosed) planningThreads.close(planner);
      isClosed = true;
    },
  };
}
