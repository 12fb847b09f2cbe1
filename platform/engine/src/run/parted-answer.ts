import type { GraphQLFormattedError } from 'graphql';
import type { Variant } from '../compile/variant.ts';
import { type ErrorExposure, faultError, type ResponsePath } from '../errors.ts';
import type { DeferredResult, PartsReceiver, PendingPart } from '../types.ts';
import { type DeferredPlace, deferredPlaces, destinationOf } from './deferred-places.ts';
import { collectErrors, type Failure } from './failures.ts';
import type { MergedAnswers } from './merged-answers.ts';
import { taken } from './pooled-bytes.ts';
import { renderData, type Violation } from './render.ts';
import { ResponseWriter } from './response-writer.ts';
import { bodyOf, renderResult, valueCompletion } from './result-body.ts';

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
  readonly place: DeferredPlace;
}

/**
 * Sends an answer in parts, each as soon as it is complete and its parent has been sent. A null that is not
 * allowed nulls the part that contains it, but nothing that was sent before.
 */
export class PartedAnswer {
  readonly #input: PartedAnswerInput;
  /** By the number of the part, which is its index. */
  readonly #pending = new Map<number, Announced[]>();
  /** Errors of parts that have been sent, and errors that came with them but belong to later parts. */
  readonly #errors: GraphQLFormattedError[] = [];
  #announced = 0;
  isBegun = false;

  constructor(input: PartedAnswerInput) {
    this.#input = input;
  }

  /** Sends everything that can be sent by now; true when nothing is left. */
  advance(isDone: (part: number) => boolean): boolean {
    if (!this.isBegun) {
      if (!isDone(0)) return false;
      this.#begin();
    }
    const pending: PendingPart[] = [];
    const results: DeferredResult[] = [];
    for (;;) {
      const part = [...this.#pending.keys()].find(isDone);
      if (part === undefined) break;
      results.push(...this.#take(part, pending));
    }
    const isLast = this.#pending.size === 0;
    if (results.length > 0) this.#input.receiver.later({ pending, results, isLast });
    return isLast;
  }

  /** Ends an answer that has begun: whatever has not been sent by now will not be. */
  giveUp(error: GraphQLFormattedError): void {
    const results = [...this.#pending.values()].flat().map(({ part }) => ({
      ...{ ...part, data: null, extensions: undefined },
      errors: [{ ...error, path: part.path }],
    }));
    this.#pending.clear();
    this.#input.receiver.later({ pending: [], results, isLast: true });
  }

  #begin(): void {
    this.isBegun = true;
    const { variant, answers, receiver } = this.#input;
    const { root, absent } = answers;
    const result = renderResult({ ...this.#input, root, absent });
    this.#errors.push(...result.errors);
    const isOwn = ({ path }: GraphQLFormattedError): boolean =>
      path === undefined || destinationOf(variant.output, root, path) !== 'deferred';
    const body = taken(bodyOf({ ...result, errors: result.errors.filter(isOwn) }));
    const places = result.isNull ? [] : deferredPlaces(variant.output, root, [], absent);
    receiver.first({ status: 200, body, pending: this.#announce(places) });
  }

  #announce(places: readonly DeferredPlace[]): PendingPart[] {
    return places.map((place) => {
      const { fragment, path } = place;
      const part = { id: String(this.#announced), path, label: fragment.label };
      this.#announced += 1;
      const known = this.#pending.get(fragment.part);
      if (known) known.push({ part, place });
      else this.#pending.set(fragment.part, [{ part, place }]);
      return part;
    });
  }

  /** One result for each place of a part; nested deferred parts are announced. */
  #take(part: number, pending: PendingPart[]): DeferredResult[] {
    const announced = this.#pending.get(part) ?? [];
    this.#pending.delete(part);
    const { absent } = this.#input.answers;
    const writer = new ResponseWriter();
    const rendered = announced.map((each) => {
      const { fragment, item, path } = each.place;
      const start = writer.at;
      const outcome = renderData(writer, fragment.output, item, absent, path);
      return { ...each, ...outcome, text: writer.textFrom(start) };
    });
    writer.release();
    const all = rendered.flatMap(({ violations }) => violations);
    const ofPart = this.#collectErrors(part, all);
    const errors = errorsByPlace(this.#errors, announced);
    const results = rendered.map(({ part: own, place, text, isNull, violations }) => {
      const { fragment, item, path } = place;
      if (!isNull) {
        const inside = deferredPlaces(fragment.output, item, path, absent);
        pending.push(...this.#announce(inside));
      }
      const near = errors.get(placeKey(path)) ?? [];
      const here = errorsAt(near, place, ofPart);
      for (const error of near)
        if (destinationIn(place, error) !== 'elsewhere') ofPart.delete(error);
      // The error that nulled it is reported elsewhere, or nowhere because the place no longer exists.
      if (isNull && here.length === 0) here.push(faultError('SUBGRAPH_ERROR', path));
      const data = isNull ? null : text;
      const hidden = valueCompletion(violations, this.#input.maxErrors);
      return { ...own, data, errors: here, extensions: hidden };
    });
    // Something was fetched for another field, or for other objects than these: a null may be due to it.
    results[0]?.errors.push(...ofPart);
    const { maxErrors } = this.#input;
    return results.map((result) => ({ ...result, errors: result.errors.slice(0, maxErrors) }));
  }

  /** The errors of the part's own fetches. */
  #collectErrors(part: number, violations: readonly Violation[]): Set<GraphQLFormattedError> {
    const { variant, answers, failures, exposure, maxErrors } = this.#input;
    const { names, plan, inputOf, output, selects } = variant;
    const { root } = answers;
    const scene = { root, plan, names, inputOf, exposure, maxErrors, output, selects, part };
    const found = collectErrors(failures, violations, scene, this.#errors);
    this.#errors.push(...found);
    return new Set(found);
  }
}

/** By the place of the part that contains them: all places of a part have the same depth. */
function errorsByPlace(
  errors: readonly GraphQLFormattedError[],
  [first]: readonly Announced[],
): ReadonlyMap<string, GraphQLFormattedError[]> {
  const byPlace = new Map<string, GraphQLFormattedError[]>();
  const depth = first?.part.path.length ?? 0;
  for (const error of errors) {
    if (!error.path || error.path.length < depth) continue;
    const key = placeKey(error.path.slice(0, depth));
    const known = byPlace.get(key);
    if (known) known.push(error);
    else byPlace.set(key, [error]);
  }
  return byPlace;
}

const placeKey = (path: ResponsePath): string => JSON.stringify(path);

const destinationIn = ({ fragment, item, path }: DeferredPlace, error: GraphQLFormattedError) =>
  destinationOf(fragment.output, item, error.path ?? [], path.length);

/** The errors near a place that concern what its part writes; at the place itself, those of the part. */
const errorsAt = (
  errors: readonly GraphQLFormattedError[],
  place: DeferredPlace,
  ofPart: ReadonlySet<GraphQLFormattedError>,
): GraphQLFormattedError[] =>
  errors.filter(
    (error) =>
      destinationIn(place, error) === 'written' &&
      (error.path?.length !== place.path.length || ofPart.has(error)),
  );
