import { writeSync } from 'node:fs';
import type { Backplane } from '@souk/runtime/backplane';

type JobQueues = Backplane['jobs'];
type Job = Parameters<JobQueues['add']>[1][number];
type JobHandler = Parameters<JobQueues['work']>[1];

/** Something that a process has just done, or is about to do. */
export type Moment =
  /** A statement was carried out; unless it is `COMMIT`, its transaction is open. */
  | { readonly kind: 'statement'; readonly like: string }
  /** An event is given to a consumer's queue, and the queue has it but nobody wrote that down. */
  | { readonly kind: 'handing-over' | 'handed-over'; readonly like: string }
  /** A consumer was given an event for the first time, and has done nothing with it yet. */
  | { readonly kind: 'taken'; readonly like: string };

/** Where a process is to be killed: after the last of some moments, which follow one another. */
export interface CrashPoint {
  readonly name: string;
  readonly after: readonly Moment[];
}

/** The part inside a process that is to be killed: it stops at the point until somebody kills it. */
export interface CrashPoints {
  arm(point: CrashPoint): void;
  readonly onStatement: (sql: string) => void;
  /** A backplane whose jobs pass these points. */
  around(backplane: Backplane): Backplane;
}

/** What a process writes when it has reached its point, before the name of it. */
export const REACHED = 'reached: ';

export function crashPoints(): CrashPoints {
  let armed: { name: string; left: Moment[] } | null = null;

  const pass = (kind: Moment['kind'], what: string) => {
    const [next] = armed?.left ?? [];
    if (!armed || next?.kind !== kind || !new RegExp(next.like).test(what)) return;
    armed.left.shift();
    if (armed.left.length === 0) standStill(armed.name);
  };
  const passJobs = (kind: Moment['kind'], jobs: readonly Job[]) => {
    for (const { name } of jobs) pass(kind, name);
  };
  return {
    arm: ({ name, after }) => {
      armed = { name, left: [...after] };
    },
    onStatement: (sql) => pass('statement', sql),
    around: (backplane) => ({
      ...backplane,
      jobs: {
        ...backplane.jobs,
        add: async (queue, jobs) => {
          passJobs('handing-over', jobs);
          await backplane.jobs.add(queue, jobs);
          passJobs('handed-over', jobs);
        },
        work: (queue, handler: JobHandler, options) =>
          backplane.jobs.work(
            queue,
            (job) => {
              // A job whose worker died five times is taken for the cause of it: no point is come to by one job twice.
              if (job.attempt === 1) pass('taken', job.name);
              return handler(job);
            },
            options,
          ),
      },
    }),
  };
}

/** Nothing continues in this process from here on: it can only be killed. */
function standStill(name: string): never {
  writeSync(1, `${REACHED}${name}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('A process that stands still went on.');
}
