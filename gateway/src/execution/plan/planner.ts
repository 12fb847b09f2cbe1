import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, GraphQLError, print } from 'graphql';
import { type OperationToPlan, type PlannerSetting, PlanningThread } from './planning-thread.ts';

/** Plans operations over one supergraph, away from the thread that answers requests. */
export interface Planner {
  /** Resolves when operations can be planned; rejects when none ever can over this supergraph. */
  readonly ready: Promise<void>;
  /** Rejects with a PlanningLimit, or with why there is no plan. */
  plan(
    document: DocumentNode,
    operationName?: string,
    /** Labels of progressive overrides that hold. */
    overrides?: readonly string[],
  ): Promise<QueryPlan>;
  /** Keeps no thread for later; what still comes is planned all the same. */
  close(): void;
}

export interface PlannerOptions extends PlannerSetting {
  /** Milliseconds that one operation may be planned for. */
  readonly limitMs: number;
}

/** An operation was given up: too much to plan, or too much else to plan before it. */
export class PlanningLimit extends Error {}

/** One operation that takes long does not keep the others waiting; two must not take the machine. */
const MOST_THREADS = 2;
/** A thread that has planned one operation for so long is not waited for, if another can be had. */
const SLOW_MS = 100;
/** Operations that wait for a thread; clients have long given up on the last of so many. */
const MOST_WAITING = 1_000;

interface Job {
  readonly operation: OperationToPlan;
  resolve(plan: QueryPlan): void;
  reject(error: unknown): void;
}

export function createPlanner({ limitMs, ...setting }: PlannerOptions): Planner {
  const threads = new Set<PlanningThread>();
  const waiting: Job[] = [];
  let isClosed = false;

  const start = (): PlanningThread => {
    const thread = new PlanningThread(setting);
    threads.add(thread);
    thread.ready.then(giveWork, (error) => {
      threads.delete(thread);
      // Another thread would fail over the same supergraph.
      for (const job of waiting.splice(0)) job.reject(error);
    });
    return thread;
  };

  /** Hands out what waits. One free thread is kept for what comes next, until this is closed. */
  const giveWork = (): void => {
    const free = [...threads].filter(({ isFree }) => isFree);
    for (const thread of free) {
      const job = waiting.shift();
      if (job) void run(job, thread);
      else if (isClosed || threads.size > 1) end(thread);
    }
    const isNeeded = waiting.length > 0 && [...threads].every(({ isSlow }) => isSlow);
    if (isNeeded && threads.size < MOST_THREADS) start();
  };

  const end = (thread: PlanningThread): void => {
    threads.delete(thread);
    thread.end();
  };

  const run = async ({ operation, resolve, reject }: Job, thread: PlanningThread) => {
    const slow = setTimeout(() => {
      thread.isSlow = true;
      giveWork();
    }, SLOW_MS);
    const limit = setTimeout(
      () => {
        end(thread);
        reject(new PlanningLimit('This operation is too hard to plan: ask for less at a time.'));
        if (!isClosed && threads.size === 0) start();
        giveWork();
      },
      Math.min(limitMs, 2 ** 31 - 1),
    );
    try {
      const answer = await thread.plan(operation);
      if ('plan' in answer) resolve(JSON.parse(answer.plan) as QueryPlan);
      else
        reject(answer.isForClients ? new GraphQLError(answer.message) : new Error(answer.message));
    } catch (error) {
      // It ended by itself, out of memory most likely: as bad as having taken too long.
      threads.delete(thread);
      reject(new PlanningLimit('This operation is too hard to plan.', { cause: error }));
    } finally {
      clearTimeout(slow);
      clearTimeout(limit);
      giveWork();
    }
  };

  return {
    get ready() {
      const [first = start()] = threads;
      return first.ready;
    },
    plan: (document, operationName, overrides = []) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= MOST_WAITING) {
          reject(new PlanningLimit('Too many new operations at once: try again.'));
          return;
        }
        const operation = { text: print(document), operationName, overrides };
        waiting.push({ operation, resolve, reject });
        if (threads.size === 0) start();
        else giveWork();
      }),
    close: () => {
      isClosed = true;
      giveWork();
    },
  };
}
