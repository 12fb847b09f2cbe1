import { type AnswerSummary, answerText, readAnswer } from './answers/answer.ts';
import type { ReadingState } from './answers/answer-reader.ts';
import type { LastRead } from './answers/repeats.ts';
import { type Item, newItem } from './answers/shape.ts';
import type { ErrorExposure } from './errors.ts';
import { collectErrors, type Failure } from './failures.ts';
import { clientVariable } from './plan/client-names.ts';
import type { FetchStep, Step } from './plan/steps.ts';
import type { Variant } from './plan/variant.ts';
import { type Call, type CallFormer, formCalls } from './requests/call.ts';
import type { JointDocument } from './requests/joint-document.ts';
import { type ReadyFetch, readyFetch } from './requests/ready-fetch.ts';
import { renderData, type Violation } from './response/render.ts';
import type { ScheduledTask, Scheduler } from './scheduler.ts';
import type { AnswerReceiver, SubgraphResponse, Variables } from './types.ts';

/** What an execution needs from its surroundings. */
export interface ExecutionInput {
  readonly variant: Variant;
  readonly interfaceNames: ReadonlySet<string>;
  /** As the client sent them. */
  readonly variables: Variables;
  /** Finished JSON text of root fields that need no subgraph, by response name. */
  readonly local: ReadonlyMap<string, string> | undefined;
  readonly order: number;
  readonly scheduler: Scheduler;
  readonly send: (call: Call, receiver: AnswerReceiver) => void;
  readonly onFault: (call: Call, error: unknown) => void;
  /** The engine failed, which ends the execution without a result. */
  readonly onCollapse: (error: unknown) => void;
  readonly onResult: (resultText: string, isAscii: boolean) => void;
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
}

interface Arrival {
  readonly call: Call;
  readonly response: SubgraphResponse | undefined;
  readonly fault: unknown;
}

/**
 * One run of a plan. It holds no waiting functions: answers are put into its inbox, and at its turn
 * it reads all of them, starts what they made possible and sends the requests that this takes.
 */
export class Execution implements ReadingState, CallFormer, ScheduledTask {
  readonly order: number;
  readonly collected: Item[][];
  readonly interned: (Map<string, Item> | undefined)[];
  readonly jointDocuments: Map<string, JointDocument>;
  readonly lastReads: (LastRead | undefined)[];
  readonly interfaceNames: ReadonlySet<string>;
  readonly #input: ExecutionInput;
  readonly #root: Item;
  /** Per step: the next child of a sequence, or the unfinished children of a parallel. */
  readonly #progress: number[];
  readonly #variableTexts = new Map<string, string | undefined>();
  readonly #inFlight: Call[] = [];
  readonly #failures: Failure[] = [];
  #outbox: ReadyFetch[] = [];
  #inbox: Arrival[] = [];
  #completed = false;
  #isAscii = true;
  #charactersRead = 0;
  #ended = false;

  constructor(input: ExecutionInput) {
    const { variant } = input;
    const { plan } = variant;
    this.order = input.order;
    this.jointDocuments = variant.jointDocuments;
    this.interfaceNames = input.interfaceNames;
    this.#input = input;
    this.#root = newItem(plan.shape);
    this.collected = Array.from({ length: plan.collectorCount }, () => []);
    this.interned = new Array(plan.internTableCount).fill(undefined);
    this.lastReads = new Array(plan.lastReadCount).fill(undefined);
    this.#progress = new Array(plan.stepCount).fill(0);
    if (input.local) this.#isAscii = false;
    for (const [name, text] of input.local ?? []) {
      const slot = plan.shape.slots.get(name);
      if (slot !== undefined) this.#root[slot] = text;
    }
  }

  start(): void {
    this.#guarded(() => this.#begin());
  }

  #begin(): void {
    const { root } = this.#input.variant.plan;
    if (root) this.#startStep(root);
    else this.#completed = true;
    this.#flush();
  }

  /** For a subscription: the event is the primary fetch's answer, and the rest follows from it. */
  startFromEvent(event: SubgraphResponse): void {
    this.#guarded(() => {
      const fetch = this.#input.variant.plan.primary;
      if (!fetch) throw new Error('Only subscriptions have events.');
      const step: FetchStep = { kind: 'fetch', index: -1, parent: undefined, fetch };
      const ready = { step, representations: [], targets: [[this.#root]] };
      const [call] = formCalls([ready], this) as [Call];
      this.#read({ call, response: event, fault: undefined });
      this.#begin();
    });
  }

  takeTurn(): void {
    const arrivals = this.#inbox;
    this.#inbox = [];
    this.#guarded(() => {
      for (const arrival of arrivals) {
        this.#inFlight.splice(this.#inFlight.indexOf(arrival.call), 1);
        if (this.#read(arrival)) this.#finishMembers(arrival.call);
      }
      this.#flush();
    });
  }

  /** Whoever waits gets an answer, even if the engine itself fails. */
  #guarded(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (error) {
      if (this.#ended) throw error;
      this.#ended = true;
      this.#input.onCollapse(error);
    }
  }

  variableText(name: string): string | undefined {
    const texts = this.#variableTexts;
    if (!texts.has(name)) {
      const { variables } = this.#input;
      const key = clientVariable(name);
      texts.set(name, Object.hasOwn(variables, key) ? JSON.stringify(variables[key]) : undefined);
    }
    return texts.get(name);
  }

  /** False when the call's parts were sent again one by one, so that its fetches go on. */
  #read({ call, response, fault }: Arrival): boolean {
    if (!response) {
      this.#fail(call, fault);
      return true;
    }
    if (!('text' in response) || response.isAscii !== true) this.#isAscii = false;
    let summary: AnswerSummary;
    try {
      const text = answerText(response);
      this.#charactersRead += text.length;
      summary = readAnswer(text, call, this);
    } catch (error) {
      this.#fail(call, error);
      return true;
    }
    if (!summary.hasData && call.ready.length > 1 && call.parts.length > 1) {
      // One fetch's error took the others' data with it. Apart, only that one fails.
      for (const ready of call.ready) this.#dispatch(formCalls([ready], this) as [Call]);
      return false;
    }
    if (summary.errors.length > 0 || !summary.hasData) {
      this.#failures.push({ kind: 'answered', call, errors: summary.errors });
    }
    return true;
  }

  #fail(call: Call, error: unknown): void {
    this.#failures.push({ kind: 'fault', call, error });
    this.#input.onFault(call, error);
  }

  #finishMembers(call: Call): void {
    for (const { members } of call.parts) {
      for (const { step } of members) this.#finishStep(step);
    }
  }

  #startStep(step: Step): void {
    switch (step.kind) {
      case 'fetch': {
        const { collector } = step.fetch.target;
        const items = collector < 0 ? [this.#root] : (this.collected[collector] as Item[]);
        const ready = readyFetch(step, items);
        if (ready) this.#outbox.push(ready);
        else this.#finishStep(step);
        return;
      }
      case 'sequence': {
        const first = step.steps[0];
        if (first) this.#startStep(first);
        else this.#finishStep(step);
        return;
      }
      case 'parallel':
        this.#progress[step.index] = step.steps.length;
        for (const child of step.steps) this.#startStep(child);
        if (step.steps.length === 0) this.#finishStep(step);
        return;
    }
  }

  #finishStep(step: Step): void {
    const { parent } = step;
    if (!parent) {
      this.#completed = true;
    } else if (parent.kind === 'parallel') {
      const left = (this.#progress[parent.index] as number) - 1;
      this.#progress[parent.index] = left;
      if (left === 0) this.#finishStep(parent);
    } else {
      const next = (this.#progress[parent.index] as number) + 1;
      this.#progress[parent.index] = next;
      const step = parent.steps[next];
      if (step) this.#startStep(step);
      else this.#finishStep(parent);
    }
  }

  #flush(): void {
    if (this.#outbox.length > 0) {
      const ready = this.#outbox;
      this.#outbox = [];
      this.#dispatch(formCalls(ready, this));
    }
    if (this.#completed) {
      const text = this.#resultText();
      this.#input.variant.size.add(this.#charactersRead);
      this.#release();
      this.#ended = true;
      this.#input.onResult(text, this.#isAscii);
    }
  }

  #dispatch(calls: readonly Call[]): void {
    for (const call of calls) {
      const same = this.#inFlight.find((other) => asksTheSame(call, other));
      if (same) {
        // The same question is on its way already: let its answer serve these fetches too.
        call.parts.forEach((part, index) => {
          same.parts[index]?.members.push(...part.members);
        });
        same.ready.push(...call.ready);
        continue;
      }
      this.#inFlight.push(call);
      this.#input.send(call, {
        answered: (response) => this.#arrive({ call, response, fault: undefined }),
        failed: (fault) => this.#arrive({ call, response: undefined, fault }),
      });
    }
  }

  #arrive(arrival: Arrival): void {
    this.#inbox.push(arrival);
    if (this.#inbox.length === 1) this.#input.scheduler.enqueue(this);
  }

  /**
   * Lets go of the answers. What waited long lives in the old generation, where it stays for a while
   * after its end; all that it still pointed to would be kept, copied and moved there as well. Under
   * load this was two thirds of all time. (Emptying by `length = 0` or `clear()` does not help: the
   * abandoned storage keeps pointing.)
   */
  #release(): void {
    this.#root.fill(undefined);
    for (const items of this.collected) {
      for (const item of items) item.fill(undefined);
      (items as unknown[]).fill(undefined);
    }
    this.interned.fill(undefined);
    this.lastReads.fill(undefined);
  }

  #resultText(): string {
    const { variant, exposure, maxErrors } = this.#input;
    const { plan, output } = variant;
    const { text, violations } = renderData(output, this.#root);
    if (this.#failures.length === 0 && violations.length === 0) return `{"data":${text}}`;
    this.#isAscii = false;
    const scene = { root: this.#root, rootShape: plan.shape, exposure, maxErrors };
    const errors = collectErrors(this.#failures, violations, scene);
    const refused = violations.filter(({ kind }) => kind === 'refused').slice(0, maxErrors);
    const before = errors.length > 0 ? `"errors":${JSON.stringify(errors)},` : '';
    const after = refused.length > 0 ? `,"extensions":${valueCompletion(refused)}` : '';
    return `{${before}"data":${text}${after}}`;
  }
}

/** Values that were withheld are no errors, but should not vanish without a word either. */
const valueCompletion = (refused: readonly Violation[]): string =>
  JSON.stringify({ valueCompletion: refused.map(({ message, path }) => ({ message, path })) });

const asksTheSame = (call: Call, other: Call): boolean =>
  call.fetch.operationType === 'query' &&
  call.subgraph === other.subgraph &&
  call.text.query === other.text.query &&
  call.variablesText === other.variablesText;
