import type { BatchedDocument } from '../compile/batched-document.ts';
import type { FetchStep } from '../compile/steps.ts';
import type { Variant } from '../compile/variant.ts';
import type { ErrorExposure } from '../errors.ts';
import type { Variables } from '../operation.ts';
import type { PartsReceiver, ResponseBody } from '../response.ts';
import type { AnswerReceiver, SubgraphResponse } from '../transport.ts';
import { type AnswerSummary, answerText, failToType } from './answer.ts';
import { type Call, type CallFormer, formCalls, type ReadyFetch, readyFetch } from './call.ts';
import type { Failure } from './failures.ts';
import { MergedAnswers } from './merged-answers.ts';
import { PartedAnswer } from './parted-answer.ts';
import { PlanProgress } from './progress.ts';
import { bodyOf, isPlain, renderResult } from './result-body.ts';
import type { ScheduledTask, Scheduler } from './scheduler.ts';
import { StreamedItems } from './streamed-items.ts';
import { Targets } from './targets.ts';

/** What an execution needs from outside. */
export interface ExecutionInput {
  readonly variant: Variant;
  readonly interfaceNames: ReadonlySet<string>;
  /** As the client sent them. */
  readonly variables: Variables;
  /** Finished JSON text of root fields that need no subgraph, by slot. */
  readonly local: ReadonlyMap<number, string> | undefined;
  /** The initial counts of streamed lists. */
  readonly initialCounts: readonly number[];
  readonly order: number;
  readonly scheduler: Scheduler;
  readonly send: (call: Call, receiver: AnswerReceiver) => void;
  readonly onFault: (call: Call, error: unknown) => void;
  /** The engine failed, which ends the execution without a result. */
  readonly onCollapse: (error: unknown, begun: PartedAnswer | undefined) => void;
  readonly onResult: (body: ResponseBody, isPlain: boolean) => void;
  /** Receives the answer instead, when it comes in parts. */
  readonly receiver: PartsReceiver | undefined;
  /** Called before the result when some entity did not exist for this viewer. */
  readonly onMissingEntity: ((typeName: string) => void) | undefined;
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

interface CallOutcome {
  readonly call: Call;
  readonly response: SubgraphResponse | undefined;
  readonly fault: unknown;
}

/**
 * One run of a plan. It has no functions that wait: answers are put into its inbox, and at its turn it reads
 * all of them, starts the steps that have become possible and sends the requests they need.
 */
export class Execution implements CallFormer, ScheduledTask {
  readonly order: number;
  readonly batchedDocuments: Map<string, BatchedDocument>;
  readonly #input: ExecutionInput;
  readonly #answers: MergedAnswers;
  /** One for each run of the plan: more than one if lists are streamed. */
  readonly #waves: readonly PlanProgress[];
  readonly #streamed: StreamedItems | undefined;
  readonly #variableTexts = new Map<string, string | undefined>();
  readonly #inFlight: Call[] = [];
  readonly #failures: Failure[] = [];
  /** For an answer with deferred parts. */
  readonly #parted: PartedAnswer | undefined;
  #ready: ReadyFetch[] = [];
  #inbox: CallOutcome[] = [];
  #charactersRead = 0;
  #ended = false;

  constructor(input: ExecutionInput) {
    const { variant } = input;
    const { plan, streams } = variant;
    this.order = input.order;
    this.batchedDocuments = variant.batchedDocuments;
    this.#input = input;
    this.#answers = new MergedAnswers(plan, input.interfaceNames, input.initialCounts);
    if (streams.waves > 1) this.#streamed = new StreamedItems(this.#answers, streams);
    const waves: PlanProgress[] = [];
    for (let wave = 0; wave < streams.waves; wave += 1) {
      waves.push(new PlanProgress(plan, (step) => this.#makeReady(step, wave), waves.at(-1)));
    }
    this.#waves = waves;
    const { receiver } = input;
    if (receiver && (plan.deferred.length > 0 || streams.waves > 1)) {
      const failures = this.#failures;
      this.#parted = new PartedAnswer({ ...input, answers: this.#answers, failures, receiver });
    }
    for (const [slot, text] of input.local ?? []) this.#answers.root[slot] = text;
  }

  start(): void {
    this.#guarded(() => {
      this.#waves[0]?.begin();
      this.#flush();
    });
  }

  /** For a subscription: the event is the primary fetch's answer, and the rest follows from it. */
  startFromEvent(event: SubgraphResponse): void {
    this.#guarded(() => {
      const fetch = this.#input.variant.plan.primary;
      if (!fetch) throw new Error('Only subscriptions have events.');
      const own = { index: -1, parent: undefined, part: 0, releases: [] };
      const step: FetchStep = { kind: 'fetch', ...own, fetch };
      const ready = {
        step,
        wave: 0,
        representations: [],
        targets: Targets.of([this.#answers.root]),
      };
      const [call] = formCalls([ready], this) as [Call];
      this.#read({ call, response: event, fault: undefined });
      this.#waves[0]?.begin();
      this.#flush();
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

  /** The client gets an answer even if the engine itself fails. */
  #guarded(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (error) {
      if (this.#ended) throw error;
      this.#ended = true;
      const begun = this.#parted?.isBegun ? this.#parted : undefined;
      this.#input.onCollapse(error, begun);
    }
  }

  #makeReady(step: FetchStep, wave: number): boolean {
    const items = this.#streamed?.due(step, wave) ?? this.#answers.itemsAt(step.fetch.target);
    const ready = readyFetch(step, wave, items);
    if (ready) this.#ready.push(ready);
    return ready !== undefined;
  }

  variableText(name: string): string | undefined {
    const texts = this.#variableTexts;
    if (!texts.has(name)) {
      const { variables, variant } = this.#input;
      texts.set(name, variant.variableText(name, variables));
    }
    return texts.get(name);
  }

  /** False when the call's parts were sent again one by one, so that its fetches are still running. */
  #read({ call, response, fault }: CallOutcome): boolean {
    if (!response) {
      this.#fail(call, fault);
      return true;
    }
    let summary: AnswerSummary;
    try {
      const answer = answerText(response);
      this.#charactersRead += answer.text.length;
      summary = this.#answers.read(answer, call);
    } catch (error) {
      this.#fail(call, error);
      return true;
    }
    if (!summary.hasData && call.ready.length > 0) {
      // The error of one fetch nulled the data of the whole batch. Sent one by one, only that fetch fails.
      for (const ready of call.ready) this.#dispatch(formCalls([ready], this) as [Call]);
      return false;
    }
    if (summary.errors.length > 0 || !summary.hasData) {
      const { errors, missing } = summary;
      const unread = missing.flatMap(({ part, index }) => (index === undefined ? part : []));
      failToType({ ...call, parts: unread }, this.#answers);
      this.#failures.push({ kind: 'answered', call, errors, missing });
    }
    return true;
  }

  #fail(call: Call, error: unknown): void {
    this.#failures.push({ kind: 'fault', call, error });
    failToType(call, this.#answers);
    this.#input.onFault(call, error);
  }

  #finishMembers(call: Call): void {
    for (const { members } of call.parts) {
      for (const { step, wave } of members) this.#waves[wave]?.finish(step);
    }
  }

  #flush(): void {
    if (this.#ready.length > 0) {
      const ready = this.#ready;
      this.#ready = [];
      this.#dispatch(formCalls(ready, this));
    }
    if (this.#parted) {
      const isDone = (part: number, wave: number) => this.#waves[wave]?.isDone(part) === true;
      if (this.#parted.advance(isDone)) this.#finish();
    } else if (this.#waves[0]?.isDone(0)) this.#end();
  }

  #end(): void {
    const { variant, exposure, maxErrors, extensions, onResult } = this.#input;
    const answers = this.#answers;
    const failures = this.#failures;
    const problems = { failures, exposure, maxErrors, extensions };
    const result = renderResult({ variant, answers, ...problems });
    const body = bodyOf(result);
    this.#finish();
    onResult(body, isPlain(result));
    if (typeof body !== 'string') body.release();
  }

  #finish(): void {
    this.#input.variant.size.add(this.#charactersRead);
    for (const typeName of this.#answers.missingTypes) this.#input.onMissingEntity?.(typeName);
    this.#answers.release();
    this.#ended = true;
  }

  #dispatch(calls: readonly Call[]): void {
    for (const call of calls) {
      const same = this.#inFlight.find((other) => asksTheSame(call, other));
      if (same) {
        // An equal request is already under way: its answer serves these fetches too.
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

  #arrive(arrival: CallOutcome): void {
    this.#inbox.push(arrival);
    if (this.#inbox.length === 1) this.#input.scheduler.enqueue(this);
  }
}

const asksTheSame = (call: Call, other: Call): boolean =>
  call.fetch.operationType === 'query' &&
  call.subgraph === other.subgraph &&
  call.text.query === other.text.query &&
  call.variablesText === other.variablesText;
