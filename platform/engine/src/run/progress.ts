import type { CompiledPlan, FetchStep, Step } from '../compile/steps.ts';

/** How far one run of a plan has come: which fetches are due as others finish. */
export class PlanProgress {
  readonly #plan: CompiledPlan;
  /** Called with each fetch whose turn it is; false when it turns out to have nothing to ask for. */
  readonly #due: (step: FetchStep) => boolean;
  /** Per step: the next child of a sequence, or the unfinished children of a parallel. */
  readonly #counts: number[];
  isComplete = false;

  constructor(plan: CompiledPlan, due: (step: FetchStep) => boolean) {
    this.#plan = plan;
    this.#due = due;
    this.#counts = new Array(plan.stepCount).fill(0);
  }

  begin(): void {
    const { root } = this.#plan;
    if (root) this.#start(root);
    else this.isComplete = true;
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
    const { parent } = step;
    if (!parent) {
      this.isComplete = true;
      return;
    }
    const isSequence = parent.kind === 'sequence';
    const count = (this.#counts[parent.index] as number) + (isSequence ? 1 : -1);
    this.#counts[parent.index] = count;
    const next = isSequence ? parent.steps[count] : undefined;
    if (next) this.#start(next);
    else if (isSequence || count === 0) this.finish(parent);
  }
}
