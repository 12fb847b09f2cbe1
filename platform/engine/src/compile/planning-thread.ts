import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** What a planner is made from. */
export interface PlannerSetting {
  readonly supergraphSdl: string;
  readonly supportedFeatures: readonly string[];
  /** Alternatives weighed for one operation. */
  readonly mostPlansEvaluated: number;
}

export interface OperationToPlan {
  readonly text: string;
  /** Labels of progressive overrides that hold. */
  readonly overrides: readonly string[];
}

/** What a planning thread does for one operation. */
export type PlanningTask =
  | { readonly kind: 'plan'; readonly operation: OperationToPlan }
  /** Whether the fields of a document that is valid otherwise can be merged, which may take long to find out. */
  | { readonly kind: 'check'; readonly text: string };

/** A message to a planning thread; planners go by numbers. */
export type PlanningOrder = { readonly planner: number } & (
  | { readonly kind: 'load'; readonly setting: PlannerSetting }
  | { readonly kind: 'forget' }
  | PlanningTask
);

/** The result of a task as JSON, nothing where none was asked for, or why it failed. */
export interface PlanningAnswer {
  readonly result?: string;
  /** Where the system says how long the thread has run; nothing where it does not. */
  readonly usage?: string;
  readonly problem?: string;
  readonly isForClients?: boolean;
}

/**
 * What a thread may take at all. A thread that comes so far is no error but, now and then, the end of
 * the process: V8 gives up where a single large allocation finds no room. So whoever gives it work
 * ends it long before (see `MOST_GROWTH` in planning-threads.ts).
 */
const MOST_MEGABYTES = 2_048;

/** For what is young: what a thread builds when it loads would make V8 take more, and keep it. */
const YOUNG_MEGABYTES = 8;

/** A thread that carries out one order at a time. */
export class PlanningThread<Planner> {
  /** The planners that it has. */
  readonly planners = new Set<Planner>();
  isBusy = false;
  /** Set from outside when its operation takes long. */
  isSlow = false;
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers | null = null;
  #usage: string | undefined;

  constructor() {
    this.#worker = new Worker(new URL('./plan-on-thread.js', import.meta.url), {
      // Loaders and inspectors of the main thread are of no use there.
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

  /** Rejects when the thread ends by itself meanwhile; never settles when it was ended. */
  carryOut(order: PlanningOrder): Promise<PlanningAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      // Nothing here keeps a process alive but what somebody waits for.
      this.#worker.ref();
      this.#worker.postMessage(order);
    });
  }

  /** Whether the system says how long it has run: only Linux does, before Node 24. */
  get hasOwnTime(): boolean {
    return this.#usage !== undefined;
  }

  /**
   * Milliseconds that it has run since an unknown beginning, those apart in which it waited for a
   * processor: a machine that is busy makes no operation harder. Where the system does not say it,
   * all that have passed.
   */
  usedMs(): number {
    if (this.#usage === undefined) return performance.now();
    try {
      return Number.parseInt(readFileSync(this.#usage, 'latin1'), 10) / 1e6;
    } catch {
      // The thread has just ended, which whoever waits for it hears by itself.
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
