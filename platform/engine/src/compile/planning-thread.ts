import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** The data that a planner is made from. */
export interface PlannerSetting {
  readonly supergraphSdl: string;
  readonly supportedFeatures: readonly string[];
  /** Alternatives weighed for one operation. */
  readonly mostPlansEvaluated: number;
}

export interface OperationToPlan {
  readonly text: string;
  /** Labels of progressive overrides that are active. */
  readonly overrides: readonly string[];
}

/** The task of a planning thread for one operation. */
export type PlanningTask =
  | { readonly kind: 'plan'; readonly operation: OperationToPlan }
  /** Whether the fields of an otherwise valid document can be merged, which may take long to find out. */
  | { readonly kind: 'check'; readonly text: string };

/**
 * A message to a planning thread; planners are identified by numbers. A supergraph that is known to be valid is not
 * validated again when another thread loads it.
 */
export type PlanningOrder = { readonly planner: number } & (
  | { readonly kind: 'load'; readonly setting: PlannerSetting; readonly isValid: boolean }
  | { readonly kind: 'forget' }
  | PlanningTask
);

/** The result of a task as JSON, nothing when there was no task, or the reason why it failed. */
export interface PlanningAnswer {
  readonly result?: string;
  /** The thread's processor time, if the system reports it. */
  readonly usage?: string;
  readonly problem?: string;
  readonly isForClients?: boolean;
}

/**
 * The absolute memory limit of a thread. Reaching it sometimes ends the whole process instead of raising an
 * error, because V8 aborts when a single large allocation fails. Therefore work is ended long before (see
 * `MOST_GROWTH` in planning-limits.ts).
 */
const MOST_MEGABYTES = 2_048;

/**
 * The limit of the young generation: what a thread allocates while loading would make V8 enlarge and keep it.
 */
const YOUNG_MEGABYTES = 8;

/** A thread that carries out one order at a time. */
export class PlanningThread<Planner> {
  /** The planners that it holds. */
  readonly planners = new Set<Planner>();
  isBusy = false;
  /** Set from outside when its operation takes long. */
  isSlow = false;
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers | null = null;
  #usage: string | undefined;

  constructor() {
    this.#worker = new Worker(new URL('./plan-on-thread.js', import.meta.url), {
      // Loaders and inspectors of the main thread are useless there.
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: MOST_MEGABYTES,
        maxYoungGenerationSizeMb: YOUNG_MEGABYTES,
      },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: PlanningAnswer) => {
      this.#usage ??= answer.usage;
      this.#settle()?.resolve(answer);
    });
    this.#worker.on('error', (error) => this.#settle()?.reject(error));
    this.#worker.on('exit', () =>
      this.#settle()?.reject(new Error('the planning thread has ended')),
    );
  }

  /** Rejects when the thread ends by itself meanwhile; never settles when it was ended deliberately. */
  carryOut(order: PlanningOrder): Promise<PlanningAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      // The thread keeps the process alive only while somebody waits for a result.
      this.#worker.ref();
      this.#worker.postMessage(order);
    });
  }

  /** Whether the system reports a thread's processor time: before Node 24, only Linux does. */
  get hasOwnTime(): boolean {
    return this.#usage !== undefined;
  }

  /**
   * Milliseconds that it has run since an arbitrary start, without the time in which it waited for a
   * processor: a busy machine does not make an operation harder. If the system does not report that, the
   * elapsed time.
   */
  usedMs(): number {
    if (this.#usage === undefined) return performance.now();
    try {
      return Number.parseInt(readFileSync(this.#usage, 'latin1'), 10) / 1e6;
    } catch {
      // The thread has just ended, and its callers are notified separately.
      return 0;
    }
  }

  end(): void {
    this.#waiting = null;
    void this.#worker.terminate();
  }

  #settle(): PromiseWithResolvers | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#worker.unref();
    return waiting;
  }
}

interface PromiseWithResolvers {
  resolve(answer: PlanningAnswer): void;
  reject(error: unknown): void;
}
