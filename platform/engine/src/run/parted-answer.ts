import type { GraphQLFormattedError } from 'graphql';
import type { Variant } from '../compile/variant.ts';
import type { ErrorExposure } from '../errors.ts';
import type { PartResult, PartsReceiver, PendingPart } from '../response.ts';
import { collectErrors, type Failure } from './failures.ts';
import { destinationOf, type LaterPlace, laterPlaces } from './later-places.ts';
import type { MergedAnswers } from './merged-answers.ts';
import { errorsByPlace, lostPart, type RenderedPart, renderPart } from './part-result.ts';
import { taken } from './pooled-bytes.ts';
import { ResponseWriter } from './response-writer.ts';
import { bodyOf, renderResult } from './result-body.ts';
import type { Violation } from './violations.ts';

export interface PartedAnswerInput {
  readonly variant: Variant;
  readonly answers: MergedAnswers;
  /** Of all calls so far. */
  readonly failures: readonly Failure[];
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  readonly receiver: PartsReceiver;
}

/** A place whose part has been announced to the client. */
interface Announced {
  readonly part: PendingPart;
  readonly place: LaterPlace;
}

/** Places that become complete at the same time. */
interface Group {
  readonly part: number;
  readonly wave: number;
  readonly announced: Announced[];
}

/**
 * Sends an answer in parts, each as soon as it is complete and its parent has been sent. A null that is not
 * allowed nulls the part that contains it, but nothing that was sent before.
 */
export class PartedAnswer {
  readonly #input: PartedAnswerInput;
  #pending: Group[] = [];
  /** Errors of parts that have been sent, and errors that came with them but belong to later parts. */
  readonly #errors: GraphQLFormattedError[] = [];
  #announced = 0;
  /** Groups whose results have not been sent yet. */
  #taken: Group[] = [];
  /** How many parts the client has been told of. */
  #told = 0;
  isBegun = false;

  constructor(input: PartedAnswerInput) {
    this.#input = input;
  }

  /** Sends everything that can be sent by now; true when nothing is left. */
  advance(isDone: (part: number, wave: number) => boolean): boolean {
    if (!this.isBegun) {
      if (!isDone(0, 0)) return false;
      this.#begin();
    }
    const pending: PendingPart[] = [];
    const results: PartResult[] = [];
    for (;;) {
      const group = this.#pending.find(({ part, wave }) => isDone(part, wave));
      if (group === undefined) break;
      this.#pending = this.#pending.filter((each) => each !== group);
      this.#taken.push(group);
      results.push(...this.#take(group, pending));
    }
    this.#taken = [];
    this.#told = this.#announced;
    const isLast = this.#pending.length === 0;
    if (results.length > 0) this.#input.receiver.later({ pending, results, isLast });
    return isLast;
  }

  /** Ends an answer that has begun: whatever has not been sent by now will not be. */
  giveUp(error: GraphQLFormattedError): void {
    const left = [...this.#taken, ...this.#pending].flatMap(({ announced }) => announced);
    const told = left.filter(({ part }) => Number(part.id) < this.#told);
    const results = told.map(({ part, place }) => lostPart(part, place, error));
    this.#pending = [];
    this.#input.receiver.later({ pending: [], results, isLast: true });
  }

  #begin(): void {
    this.isBegun = true;
    const { variant, answers, receiver } = this.#input;
    const { root } = answers;
    const { output } = variant;
    const result = renderResult(this.#input);
    this.#errors.push(...result.errors);
    const isOwn = ({ path }: GraphQLFormattedError): boolean =>
      path === undefined || destinationOf(output, root, path, 0, answers) !== 'later';
    const body = taken(bodyOf({ ...result, errors: result.errors.filter(isOwn) }));
    const written = { answers, part: 0, wave: 0 };
    const places = result.isNull ? [] : laterPlaces(output, root, [], written);
    const pending = this.#announce(places);
    this.#told = this.#announced;
    receiver.first({ status: 200, body, pending });
  }

  #announce(places: readonly LaterPlace[]): PendingPart[] {
    return places.map((place) => {
      const { path, part: of, wave } = place;
      const { label } = place.kind === 'fragment' ? place.fragment : place.stream;
      const part = { id: String(this.#announced), path, label };
      this.#announced += 1;
      const known = this.#pending.find((group) => group.part === of && group.wave === wave);
      if (known) known.announced.push({ part, place });
      else this.#pending.push({ part: of, wave, announced: [{ part, place }] });
      return part;
    });
  }

  /** One result for each place of a group; nested later places are announced. */
  #take(group: Group, pending: PendingPart[]): PartResult[] {
    const { answers, maxErrors } = this.#input;
    const writer = new ResponseWriter();
    const rendered = group.announced.map(
      ({ part, place }): RenderedPart => renderPart(writer, part, place, answers),
    );
    writer.release();
    const ofPart = this.#collectErrors(
      group,
      rendered.flatMap(({ violations }) => violations),
    );
    const near = errorsByPlace(this.#errors);
    const results = rendered.map((each) => {
      pending.push(...this.#announce(each.later(group)));
      return each.result(near(each.path), ofPart, maxErrors);
    });
    // Something was fetched for another field, or for other objects than these: a null may be due to it.
    const [first, ...others] = results;
    if (!first) return results;
    const errors = [...first.errors, ...ofPart].slice(0, maxErrors);
    return [{ ...first, errors }, ...others];
  }

  /** The errors of the group's own fetches. */
  #collectErrors(
    { part, wave }: Group,
    violations: readonly Violation[],
  ): Set<GraphQLFormattedError> {
    const { variant, answers, failures, exposure, maxErrors } = this.#input;
    const scene = { variant, answers, exposure, maxErrors, part, wave };
    const found = collectErrors(failures, violations, scene, this.#errors);
    this.#errors.push(...found);
    return new Set(found);
  }
}
