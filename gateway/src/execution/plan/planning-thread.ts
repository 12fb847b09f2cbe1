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
  readonly operationName: string | undefined;
  /** Labels of progressive overrides that hold. */
  readonly overrides: readonly string[];
}

/** A plan as JSON, or why there is none. */
export type PlanningAnswer =
  | { readonly plan: string }
  | { readonly message: string; readonly isForClients: boolean };

interface Asked {
  resolve(answer: PlanningAnswer): void;
  reject(error: unknown): void;
}

/** What one plan may take; a planner that is asked for too much takes memory before it takes time. */
const MOST_MEGABYTES = 512;

/** A thread with a planner of its own, which plans one operation at a time. */
export class PlanningThread {
  /** Rejects when the planner cannot be made. */
  readonly ready: Promise<void>;
  /** Set from outside when its operation takes long. */
  isSlow = false;
  readonly #worker: Worker;
  #asked: Asked | null = null;
  #isReady = false;

  constructor(workerData: PlannerSetting) {
    this.#worker = new Worker(new URL('./plan-on-thread.js', import.meta.url), {
      workerData,
      // Loaders and inspectors of the main thread are of no use there.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    });
    this.ready = new Promise((resolve, reject) => {
      this.#asked = { resolve: () => resolve(), reject };
    });
    // Whoever waits for it is told; nobody need.
    this.ready.catch(() => {});
    this.#worker.on('message', (answer) => {
      const asked = this.#asked;
      this.#asked = null;
      this.#isReady = true;
      this.isSlow = false;
      // Nothing here keeps a process alive but an operation that is being planned.
      this.#worker.unref();
      asked?.resolve(answer);
    });
    const ended = (error: unknown) => {
      this.#isReady = false;
      this.#asked?.reject(error);
      this.#asked = null;
    };
    this.#worker.on('error', ended);
    this.#worker.on('exit', () => ended(new Error('the planning thread has ended')));
  }

  get isFree(): boolean {
    return this.#isReady && this.#asked === null;
  }

  /** Rejects when the thread ends meanwhile. */
  plan(operation: OperationToPlan): Promise<PlanningAnswer> {
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#worker.ref();
      this.#worker.postMessage(operation);
    });
  }

  end(): void {
    this.#asked = null;
    this.#isReady = false;
    void this.#worker.terminate();
  }
}
