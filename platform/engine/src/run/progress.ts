import type { CompiledPlan, FetchStep, Step } from '../compile/steps.ts';

/** How far one run of a plan has come: which fetches become due as others finish. */
export class PlanProgress {
  readonly #plan: CompiledPlan;
  /** Called with each fetch that is due; false when it turns out to have nothing to request. */
  readonly #due: (step: FetchStep) => boolean;
  /** For each step: the next child of a sequence, or the unfinished children of a parallel. */
  readonly #counts: number[];
  /** For each deferred part: the fetches that it still waits for. */
  readonly #waitsFor: number[];
  readonly #done: boolean[];

  constructor(plan: CompiledPlan, due: (step: FetchStep) => boolean) {
    this.#plan = plan;
    this.#due = due;
    this.#counts = new Array(plan.stepCount).fill(0);
    this.#waitsFor = plan.deferred.map(({ waitsFor }) => waitsFor);
    this.#done = new Array(plan.deferred.length + 1).fill(false);
  }

  /** Whether everything for a part of the answer has been fetched; 0 is the first part. */
  isDone(part: number): boolean {
    return this.#done[part] === true;
  }

  begin(): void {
    this.#begin(0, this.#plan.root);
    for (const [index, { root, waitsFor }] of this.#plan.deferred.entries()) {
      if (waitsFor === 0) this.#begin(index + 1, root);
    }
  }

  #begin(part: number, root: Step | undefined): void {
    if (root) this.#start(root);
    else this.#done[part] = true;
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
      this.#done[step.part] = true;
      return;
    }
    const isSequence = parent.kind === 'sequence';
    const count = (this.#counts[parent.index] as number) + (isSequence ? 1 : -1);
    this.#counts[parent.index] = count;
    const next = isSequence ? parent.steps[count] : undefined;
    if (next) this.#start(next);
    else if (isSequence || count === 0) this.finish(parent);
  }

  /** A deferred part begins when the last fetch that it waits for has been answered. */
  #release(part: number): void {
    const left = (this.#waitsFor[part - 1] as number) - 1;
    this.#waitsFor[part - 1] = left;
    if (left === 0) this.#begin(part, this.#plan.deferred[part - 1]?.root);
  }
}
