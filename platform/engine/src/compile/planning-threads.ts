import { GraphQLError } from 'graphql';
import { createBoundedCache } from '../bounded-cache.ts';
import { type PlannerSetting, type PlanningTask, PlanningThread } from './planning-thread.ts';

type Thread = Pick<
  PlanningThread<PlannerEntry>,
  'planners' | 'isBusy' | 'isSlow' | 'hasOwnTime' | 'carryOut' | 'usedMs' | 'end'
>;

/** An operation was given up as too much to plan, and would be again. */
export class PlanningLimit extends Error {}

/** There is no plan for now, which says nothing about the operation: the same may be asked again. */
export class PlanningUnavailable extends Error {}

/** A planner as the threads know it. */
export interface PlannerEntry {
  readonly id: number;
  readonly setting: PlannerSetting;
  /** No thread keeps it once it has nothing to do. */
  isClosed: boolean;
}

export interface PlanningJob {
  readonly planner: PlannerEntry;
  /** Null: only the planner is to be there. */
  readonly task: PlanningTask | null;
  /** Milliseconds that a thread may run for it. */
  readonly limitMs: number;
  /** Its result as JSON; empty where there is no task. */
  resolve(result: string): void;
  reject(error: unknown): void;
}

/** One operation that takes long does not keep the others waiting; two must not take the machine. */
const MOST_THREADS = 2;
/**
 * A thread that has run so long for one operation is not waited for, if another can be had. One that has waited for a processor so
 * long would wait longer behind another one.
 */
const SLOW_MS = 100;
/**
 * Milliseconds for which a second thread is kept after two were last at work at once: a new one takes a processor for a third of a
 * second, in which everybody waits that it was meant to spare it.
 */
const SPARE_MS = 30_000;
/**
 * Bytes by which the process may grow while one operation is planned; a planner that is asked for too
 * much takes memory before it takes time. The process is looked at, as Node 20 cannot tell what a
 * thread has, so it may be somebody else's growth: the operation may be asked again.
 */
const MOST_GROWTH = 384 * 1_048_576;
/** Milliseconds from one look at it, and at how long the thread has run, to the next. */
const LOOK_MS = 50;
/** Milliseconds that an operation may wait for a processor besides; clients have given up by then. */
const MOST_IDLE_MS = 30_000;
/** Operations that wait for a thread; clients have long given up on the last of so many. */
const MOST_WAITING = 1_000;
/** Operations that are remembered to have taken too long once. */
const MOST_SUSPECTS = 200;
/** A process that closes its last supergraph often opens the next one soon, or the same again. */
const LINGER_MS = 15_000;

/**
 * The planning threads of this process, which all its supergraphs share: what a thread costs is its
 * code, read once, and a new supergraph is planned for by a thread that is warm already. They are the
 * machine's, as the event loop is, so they are kept here and handed to nobody.
 */
export class PlanningThreads {
  readonly #startThread: () => Thread;
  readonly #threads = new Set<Thread>();
  readonly #waiting: PlanningJob[] = [];
  readonly #open = new Set<PlannerEntry>();
  /** What took too long by the clock alone, which a busy machine makes of anything. */
  readonly #tooLongOnce = createBoundedCache<string, true>(MOST_SUSPECTS);
  #linger: NodeJS.Timeout | null = null;
  /** The last that was closed, while none is open: the next one is often over the same supergraph. */
  #lingering: PlannerEntry | null = null;
  #spare: NodeJS.Timeout | null = null;
  #twoAt = 0;
  #lastId = 0;

  constructor(startThread: () => Thread = () => new PlanningThread()) {
    this.#startThread = startThread;
  }

  /** How many supergraphs are planned over. */
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
    return { id: this.#lastId, setting, isClosed: false };
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
      this.#endIdle(0);
    };
    this.#linger = setTimeout(endAll, LINGER_MS).unref();
  }

  do(job: PlanningJob): void {
    // A new supergraph is not refused for what is asked of the old one.
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
      // Preferably one that has read its supergraph.
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

  /** One free thread is kept for what comes next, while there is a supergraph to plan for. */
  #endIdle(kept: number): void {
    if (this.#waiting.length > 0 || (kept === 0 && this.#open.size > 0)) return;
    const idle = [...this.#threads].filter(({ isBusy }) => !isBusy);
    for (const thread of idle) if (this.#threads.size > kept) this.#end(thread);
  }

  /** Does a job, or only tidies up. */
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
    this.#giveWork();
    this.#endSpareLater();
  }

  #endSpareLater(): void {
    if (this.#threads.size < 2 || this.#spare) return;
    const look = (): void => {
      this.#spare = null;
      if (performance.now() >= this.#twoAt + SPARE_MS) this.#endIdle(1);
      this.#endSpareLater();
    };
    this.#spare = setTimeout(look, SPARE_MS).unref();
  }

  async #carryOut({ planner, task, limitMs, ...job }: PlanningJob, thread: Thread) {
    const { id, setting } = planner;
    if (!thread.planners.has(planner)) {
      const { problem } = await thread.carryOut({ kind: 'load', planner: id, setting });
      if (problem !== undefined) return job.reject(new Error(problem));
      thread.planners.add(planner);
    }
    if (!task) return job.resolve('');
    const before = { used: thread.usedMs(), at: performance.now() };
    const lookIfSlow = (): void => {
      const leftMs = before.used + SLOW_MS - thread.usedMs();
      if (leftMs > 0) {
        slow = setTimeout(lookIfSlow, Math.max(1, leftMs));
        return;
      }
      thread.isSlow = true;
      this.#giveWork();
    };
    let slow = setTimeout(lookIfSlow, SLOW_MS);
    // The system takes a millisecond to say it, and most operations are planned before the first look.
    let sizeBefore: number | null = null;
    const stopWatching = () => {
      clearTimeout(slow);
      clearInterval(looks);
    };
    const giveUp = (error: Error) => {
      stopWatching();
      this.#end(thread);
      job.reject(error);
      this.#giveWork();
    };
    const look = () => {
      const size = process.memoryUsage.rss();
      sizeBefore ??= size;
      if (thread.usedMs() - before.used >= limitMs) {
        giveUp(this.#excessOf(task, thread));
      } else if (performance.now() - before.at >= limitMs + MOST_IDLE_MS) {
        giveUp(new PlanningUnavailable('This operation could not be planned in time: try again.'));
      } else if (size >= sizeBefore + MOST_GROWTH) {
        giveUp(
          new PlanningUnavailable('This operation took too much to plan: ask for less, or again.'),
        );
      }
    };
    const looks = setInterval(look, Math.min(LOOK_MS, limitMs));
    try {
      const answer = await thread.carryOut({ planner: id, ...task });
      if (answer.result !== undefined) job.resolve(answer.result);
      else job.reject(planningError(answer));
    } finally {
      stopWatching();
    }
  }

  /** Where the clock is all there is, an operation is too hard once it took too long twice in a row. */
  #excessOf(task: PlanningTask, { hasOwnTime }: Thread): Error {
    const text = task.kind === 'plan' ? task.operation.text : task.text;
    if (hasOwnTime || this.#tooLongOnce.get(text))
      return new PlanningLimit('This operation is too hard to plan: ask for less at a time.');
    this.#tooLongOnce.set(text, true);
    return new PlanningUnavailable('This operation could not be planned in time: try again.');
  }

  /** A thread holds no supergraph that nobody plans over any more. */
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
 * A thread ended by itself. Where planning took all its memory, that is as bad as having taken too
 * long; anything else is no fault of the operation.
 */
function endedUnder({ planner }: PlanningJob, { planners }: Thread, cause: unknown): Error {
  const isOutOfMemory = (cause as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory && planners.has(planner)
    ? new PlanningLimit('This operation is too hard to plan.', { cause })
    : new PlanningUnavailable('This operation could not be planned now: try again.', { cause });
}

const planningError = ({ problem, isForClients }: { problem?: string; isForClients?: boolean }) =>
  isForClients ? new GraphQLError(problem ?? '') : new Error(problem);

export const planningThreads = new PlanningThreads();
