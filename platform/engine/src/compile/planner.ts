import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, GraphQLError } from 'graphql';
import type { PlanCache } from '../plan-cache.ts';
import { canonicalOperation } from './canonical-operation.ts';
import type { PlanInputs } from './plan-inputs.ts';
import type { PlannerSetting, PlanningTask } from './planning-thread.ts';
import { planningThreads } from './planning-threads.ts';

/** Plans operations over one supergraph, on another thread than the one that answers requests. */
export interface Planner {
  /** Resolves when operations can be planned; rejects when none can ever be planned over this supergraph. */
  readonly ready: Promise<void>;
  /** Rejects with a PlanningLimit, a PlanningUnavailable, or the reason why there is no plan. */
  plan(
    /** One operation with its fragments. */
    document: DocumentNode,
    /** Labels of progressive overrides that are active. */
    overrides?: readonly string[],
    /** The milliseconds that it may take, if less than the limit. */
    withinMs?: number,
  ): Promise<QueryPlan>;
  /** The fields that cannot be merged in an otherwise valid document; rejects as `plan` does. */
  conflictsIn(text: string, document: DocumentNode): Promise<readonly FieldConflict[]>;
  /** Milliseconds for planning one operation. */
  readonly limitMs: number;
  /** Releases its resources; operations that still come are planned all the same. */
  close(): void;
}

export interface FieldConflict {
  readonly message: string;
  /** Their places in the document; none when there is too much to compare. */
  readonly positions?: readonly number[] | undefined;
}

export interface PlannerOptions extends PlannerSetting {
  readonly plans: PlanCache;
  readonly inputs: PlanInputs;
  /** Milliseconds for planning one operation. */
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
    // An operation that may take longer must not share the plan of one that is given up earlier.
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
      // Another caller may have opened it again meanwhile.
      if (!isClosed) planningThreads.close(planner);
      isClosed = true;
    },
  };
}
