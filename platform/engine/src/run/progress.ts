import type { CompiledPlan, FetchStep, Step } from '../compile/steps.ts';

/**
 * How far one run of a plan has come: which fetches become due as others finish. If lists are streamed, the plan is run
 * again for their later items. Each part of the answer then begins when the run before has finished it.
 */
export class PlanProgress {
  readonly #plan: CompiledPlan;
  /** Called with each fetch that is due; false when it turns out to have nothing to request. */
  readonly #due: (step: FetchStep) => boolean;
  /** For each step: the next child of a sequence, or the unfinished children of a parallel. */
  readonly #counts: number[];
  /** For each part: how many fetches, and earlier runs, it still waits for. */
  readonly #waitsFor: number[];
  readonly #done: boolean[];
  /** The run after this one. */
  #next: PlanProgress | undefined;

  constructor(plan: CompiledPlan, due: (step: FetchStep) => boolean, before?: PlanProgress) {
    this.#plan = plan;
    this.#due = due;
    this.#counts = new Array(plan.stepCount).fill(0);
    const own = before ? 1 : 0;
    this.#waitsFor = [own, ...plan.deferred.map(({ waitsFor }) => waitsFor + own)];
    this.#done = new Array(plan.deferred.length + 1).fill(false);
    if (before) before.#next = this;
  }

  /** Whether everything for a part of the answer has been fetched; 0 is the first part. */
  isDone(part: number): boolean {
    return this.#done[part] === true;
  }

  begin(): void {
    for (const [part, left] of [...this.#waitsFor].entries()) if (left === 0) this.#begin(part);
  }

  #begin(part: number): void {
    const root = part === 0 ? this.#plan.root : this.#plan.deferred[part - 1]?.root;
    if (root) this.#start(root);
    else this.#end(part);
  }

  #start(step: Step): void {
    if (step.kind === 'fetch') {
      if (!this.#due(step)) this.finish(step);
    } else if (step.steps.length === 0) {
      this.finish(step);
    } else if (step.kind === 'sequence') {
      this.#start(step.steps[0] as Step);
    } else {
      this.#counts[step.index] = step.steps.length;
      for (const child of step.steps) this.#start(child);
    }
  }

  finish(step: Step): void {
    for (const part of step.releases) this.#release(part);
    const { parent } = step;
    if (!parent) {
      this.#end(step.part);
      return;
    }
    const isSequence = parent.kind === 'sequence';
    const count = (this.#counts[parent.index] as number) + (isSequence ? 1 : -1);
    this.#counts[parent.index] = count;
    const next = isSequence ? parent.steps[count] : undefined;
    if (next) this.#start(next);
    else if (isSequence || count === 0) this.finish(parent);
  }

  #end(part: number): void {
    this.#done[part] = true;
    if (this.#next) this.#next.#release(part);
  }

  /** A part begins when nothing is left that it waits for: fetches of other parts, and itself in the run before. */
  #release(part: number): void {
    const left = (this.#waitsFor[part] as number) - 1;
    this.#waitsFor[part] = left;
    if (left === 0) this.#begin(part);
  }
}
