import { GraphQLError } from 'graphql';
import { PlanningLimit, PlanningLimits, PlanningUnavailable } from './planning-limits.ts';
import { type PlannerSetting, type PlanningTask, PlanningThread } from './planning-thread.ts';

type Thread = Pick<
  PlanningThread<PlannerEntry>,
  'planners' | 'isBusy' | 'isSlow' | 'hasOwnTime' | 'carryOut' | 'usedMs' | 'end'
>;

/** A planner as the threads know it. */
export interface PlannerEntry {
  readonly id: number;
  readonly setting: PlannerSetting;
  /** No thread keeps it once it has no more work. */
  isClosed: boolean;
  /** Whether a thread has read its supergraph and found it valid. */
  isValid: boolean;
}

export interface PlanningJob {
  readonly planner: PlannerEntry;
  /** Null: the thread only has to load the planner. */
  readonly task: PlanningTask | null;
  /** Milliseconds that a thread may run for it. */
  readonly limitMs: number;
  /** Its result as JSON; empty when there is no task. */
  resolve(result: string): void;
  reject(error: unknown): void;
}

/**
 * One operation that takes long must not hold up the others, and the threads must not take up the whole
 * machine.
 */
const MOST_THREADS = 2;
/**
 * Milliseconds for which a second thread is kept after both were last busy. Starting one takes a processor
 * for a third of a second, during which everybody waits whom it was meant to help.
 */
const SPARE_MS = 30_000;
/**
 * Milliseconds for which the last thread is kept after its last operation. What it has read of a supergraph is a third
 * of the memory of a process at rest; reading it again, for a new operation, takes half a second.
 */
const REST_MS = 300_000;
/** The same before the first operation: a start only reads the supergraph to know that it is valid. */
const UNASKED_MS = 10_000;
/** Milliseconds between two checks for threads that are no longer needed. */
const REST_LOOK_MS = 5_000;
/** Operations that may wait for a thread; clients have long given up on the last of so many. */
const MOST_WAITING = 1_000;
/** A process that closes its last supergraph often opens the next one soon, or the same again. */
const LINGER_MS = 15_000;

/**
 * The planning threads of this process, shared by all its supergraphs. Starting a thread means loading its
 * code, so a new supergraph is planned for by a thread that is already warm. Like the event loop, the threads
 * belong to the whole process, so they are kept here and not passed around.
 */
export class PlanningThreads {
  readonly #startThread: () => Thread;
  readonly #threads = new Set<Thread>();
  readonly #waiting: PlanningJob[] = [];
  readonly #open = new Set<PlannerEntry>();
  readonly #limits = new PlanningLimits();
  #linger: NodeJS.Timeout | null = null;
  /** The last supergraph that was closed, while none is open: the next one often has the same content. */
  #lingering: PlannerEntry | null = null;
  #restLook: NodeJS.Timeout | null = null;
  #twoAt = 0;
  #workedAt = 0;
  #wasAsked = false;
  #lastId = 0;

  constructor(startThread: () => Thread = () => new PlanningThread()) {
    this.#startThread = startThread;
  }

  /** How many supergraphs are in use. */
  get planners(): number {
    return this.#open.size;
  }

  /** To be closed once. */
  open(setting: PlannerSetting): PlannerEntry {
    const kept = this.#lingering;
    this.#lingering = null;
    const planner = kept && isSame(kept.setting, setting) ? kept : this.#entryOf(setting);
    planner.isClosed = false;
    this.#open.add(planner);
    return planner;
  }

  #entryOf(setting: PlannerSetting): PlannerEntry {
    this.#lastId += 1;
    return { id: this.#lastId, setting, isClosed: false, isValid: false };
  }

  close(planner: PlannerEntry): void {
    planner.isClosed = true;
    this.#open.delete(planner);
    if (this.#open.size === 0) this.#lingering = planner;
    for (const thread of this.#threads) if (!thread.isBusy) void this.#run(null, thread);
    if (this.#open.size > 0) return;
    if (this.#linger) clearTimeout(this.#linger);
    const endAll = () => {
      this.#lingering = null;
      if (this.#open.size === 0) this.#endIdle(0);
    };
    this.#linger = setTimeout(endAll, LINGER_MS).unref();
  }

  do(job: PlanningJob): void {
    // A new supergraph must not be refused because of operations on the old one.
    if (job.task && this.#waiting.length >= MOST_WAITING) {
      job.reject(new PlanningUnavailable('Too many new operations at once: try again.'));
      return;
    }
    this.#waiting.push(job);
    this.#giveWork();
  }

  #giveWork(): void {
    if (this.#waiting.length > 0 && this.#threads.size === 0) this.#start();
    for (const job of [...this.#waiting]) {
      const free = [...this.#threads].filter(({ isBusy }) => !isBusy);
      // Preferably a thread that has already loaded its supergraph.
      const thread = free.find(({ planners }) => planners.has(job.planner)) ?? free[0];
      if (!thread) break;
      this.#waiting.shift();
      void this.#run(job, thread);
    }
    const isNeeded = this.#waiting.length > 0 && [...this.#threads].every(({ isSlow }) => isSlow);
    if (isNeeded && this.#threads.size < MOST_THREADS) {
      this.#start();
      this.#giveWork();
    }
  }

  #start(): void {
    this.#threads.add(this.#startThread());
  }

  #end(thread: Thread): void {
    this.#threads.delete(thread);
    thread.end();
  }

  /** Does nothing when a thread would have to be started again at once. */
  #endIdle(kept: number): void {
    if (this.#waiting.length > 0) return;
    const idle = [...this.#threads].filter(({ isBusy }) => !isBusy);
    for (const thread of idle) if (this.#threads.size > kept) this.#end(thread);
  }

  /** Runs a job, or only releases unused planners. */
  async #run(job: PlanningJob | null, thread: Thread): Promise<void> {
    thread.isBusy = true;
    const areAllBusy = [...this.#threads].every(({ isBusy }) => isBusy);
    if (this.#threads.size > 1 && areAllBusy) this.#twoAt = performance.now();
    try {
      if (job) await this.#carryOut(job, thread);
      await this.#forget(thread);
    } catch (error) {
      this.#threads.delete(thread);
      job?.reject(endedUnder(job, thread, error));
    }
    thread.isBusy = false;
    thread.isSlow = false;
    if (job) this.#workedAt = performance.now();
    this.#wasAsked ||= job?.task != null;
    this.#giveWork();
    this.#endUnusedLater();
  }

  #endUnusedLater(): void {
    if (this.#threads.size === 0 || this.#restLook) return;
    const look = (): void => {
      this.#restLook = null;
      const now = performance.now();
      if (now >= this.#twoAt + SPARE_MS) this.#endIdle(1);
      if (now >= this.#workedAt + (this.#wasAsked ? REST_MS : UNASKED_MS)) this.#endIdle(0);
      this.#endUnusedLater();
    };
    this.#restLook = setTimeout(look, REST_LOOK_MS).unref();
  }

  async #carryOut({ planner, task, limitMs, ...job }: PlanningJob, thread: Thread) {
    const { id, setting, isValid } = planner;
    if (!thread.planners.has(planner)) {
      const { problem } = await thread.carryOut({ kind: 'load', planner: id, setting, isValid });
      if (problem !== undefined) return job.reject(new Error(problem));
      planner.isValid = true;
      thread.planners.add(planner);
    }
    if (!task) return job.resolve('');
    const stopWatching = this.#limits.watch({
      thread,
      task,
      limitMs,
      onSlow: () => {
        thread.isSlow = true;
        this.#giveWork();
      },
      onExcess: (reason) => {
        this.#end(thread);
        job.reject(reason);
        this.#giveWork();
      },
    });
    try {
      const answer = await thread.carryOut({ planner: id, ...task });
      if (answer.result !== undefined) job.resolve(answer.result);
      else job.reject(planningError(answer));
    } finally {
      stopWatching();
    }
  }

  /** No thread keeps a supergraph that is no longer in use. */
  async #forget(thread: Thread): Promise<void> {
    for (const planner of thread.planners) {
      const isWanted = this.#waiting.some((waiting) => waiting.planner === planner);
      if (!planner.isClosed || isWanted || planner === this.#lingering) continue;
      await thread.carryOut({ kind: 'forget', planner: planner.id });
      thread.planners.delete(planner);
    }
  }
}

const isSame = (one: PlannerSetting, other: PlannerSetting): boolean =>
  one.supergraphSdl === other.supergraphSdl &&
  one.mostPlansEvaluated === other.mostPlansEvaluated &&
  one.supportedFeatures.join() === other.supportedFeatures.join();

/**
 * A thread ended by itself. If planning used up its memory, that counts like having taken too long; any other
 * reason is not the operation's fault.
 */
function endedUnder({ planner }: PlanningJob, { planners }: Thread, cause: unknown): Error {
  const isOutOfMemory = (cause as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory && planners.has(planner)
    ? new PlanningLimit('This operation is too complex to plan.', { cause })
    : new PlanningUnavailable('This operation could not be planned now: try again.', { cause });
}

const planningError = ({ problem, isForClients }: { problem?: string; isForClients?: boolean }) =>
  isForClients ? new GraphQLError(problem ?? '') : new Error(problem);

export const planningThreads = new PlanningThreads();
