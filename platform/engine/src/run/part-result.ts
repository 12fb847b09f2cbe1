import type { GraphQLFormattedError } from 'graphql';
import { faultError, type ResponsePath } from '../errors.ts';
import type { LaterParts, PartResult, PendingPart } from '../response.ts';
import {
  type Destination,
  destinationInItems,
  destinationOf,
  type FragmentPlace,
  type ItemsPlace,
  type LaterPlace,
  laterPlaces,
  laterPlacesOfItems,
} from './later-places.ts';
import { renderData, type WrittenAnswers } from './render.ts';
import { renderItems } from './render-items.ts';
import type { ResponseWriter } from './response-writer.ts';
import { valueCompletion } from './result-body.ts';
import type { Violation } from './violations.ts';

/** A part that has been written, before its errors are known. */
export interface RenderedPart {
  readonly path: ResponsePath;
  readonly violations: readonly Violation[];
  /** The later places in what was written. */
  later(of: { readonly part: number; readonly wave: number }): readonly LaterPlace[];
  /** Takes the errors that belong to it from those near it, and removes them from those of its fetches. */
  result(
    near: readonly GraphQLFormattedError[],
    ofPart: Set<GraphQLFormattedError>,
    maxErrors: number,
  ): PartResult;
}

export const renderPart = (
  writer: ResponseWriter,
  part: PendingPart,
  place: LaterPlace,
  answers: WrittenAnswers,
): RenderedPart =>
  place.kind === 'fragment'
    ? renderFragment(writer, part, place, answers)
    : renderLaterItems(writer, part, place, answers);

function renderFragment(
  writer: ResponseWriter,
  part: PendingPart,
  place: FragmentPlace,
  answers: WrittenAnswers,
): RenderedPart {
  const { fragment, item, path } = place;
  const start = writer.at;
  const { isNull, violations } = renderData(writer, fragment.output, item, answers, path);
  const text = writer.textFrom(start);
  const destination = (error: GraphQLFormattedError): Destination =>
    destinationOf(fragment.output, item, error.path ?? [], path.length, answers);
  return {
    path,
    violations,
    later: (of) => (isNull ? [] : laterPlaces(fragment.output, item, path, { answers, ...of })),
    result: (near, ofPart, maxErrors) => {
      // At the place itself, only the errors of the part count.
      const errors = takeErrors(near, ofPart, destination).filter(
        ({ isOfPart, error }) => error.path?.length !== path.length || isOfPart,
      );
      const here = errors.map(({ error }) => error);
      // The error that nulled it is reported elsewhere, or nowhere because the place no longer exists.
      if (isNull && here.length === 0) here.push(faultError('SUBGRAPH_ERROR', path));
      return {
        kind: 'fragment',
        ...part,
        data: isNull ? null : text,
        errors: here.slice(0, maxErrors),
        extensions: valueCompletion(violations, maxErrors),
      };
    },
  };
}

function renderLaterItems(
  writer: ResponseWriter,
  part: PendingPart,
  place: ItemsPlace,
  answers: WrittenAnswers,
): RenderedPart {
  const { path, start } = place;
  const { text, end, isFailed, violations } = renderItems(writer, place, answers);
  return {
    path,
    violations,
    later: (of) => laterPlacesOfItems(place, end, { answers, ...of }),
    result: (near, ofPart, maxErrors) => {
      const here = takeErrors(near, ofPart, (error) =>
        destinationInItems(place, error.path, answers),
      );
      const indexOf = ({ path: at = [] }: GraphQLFormattedError) => Number(at[path.length]);
      const all = here.map(({ error }) => error);
      const failure = isFailed ? all.filter((error) => indexOf(error) === end) : [];
      if (isFailed && failure.length === 0)
        failure.push(faultError('SUBGRAPH_ERROR', [...path, end]));
      return {
        kind: 'items',
        ...part,
        items: text,
        start,
        end,
        // Errors behind an item that ends the list concern nothing that is sent.
        errors: all.filter((error) => indexOf(error) < end).slice(0, maxErrors),
        failure: failure.slice(0, maxErrors),
        extensions: valueCompletion(violations, maxErrors),
      };
    },
  };
}

/** The errors in what a part writes. Those in it, or later in it, belong to no other place of its fetches. */
function takeErrors(
  near: readonly GraphQLFormattedError[],
  ofPart: Set<GraphQLFormattedError>,
  destination: (error: GraphQLFormattedError) => Destination,
) {
  const found: { readonly error: GraphQLFormattedError; readonly isOfPart: boolean }[] = [];
  for (const error of near) {
    const where = destination(error);
    if (where === 'written') found.push({ error, isOfPart: ofPart.has(error) });
    if (where !== 'elsewhere') ofPart.delete(error);
  }
  return found;
}

/** Returns a function that gives the errors at or below a place. */
export function errorsByPlace(
  errors: readonly GraphQLFormattedError[],
): (place: ResponsePath) => readonly GraphQLFormattedError[] {
  const byDepth = new Map<number, Map<string, GraphQLFormattedError[]>>();
  const atDepth = (depth: number) => {
    const known = byDepth.get(depth);
    if (known) return known;
    const byPlace = new Map<string, GraphQLFormattedError[]>();
    for (const error of errors) {
      if (!error.path || error.path.length < depth) continue;
      const key = JSON.stringify(error.path.slice(0, depth));
      const others = byPlace.get(key);
      if (others) others.push(error);
      else byPlace.set(key, [error]);
    }
    byDepth.set(depth, byPlace);
    return byPlace;
  };
  return (place) => atDepth(place.length).get(JSON.stringify(place)) ?? [];
}

/** The result of a part that was given up. */
export function lostPart(
  part: PendingPart,
  place: LaterPlace,
  given: GraphQLFormattedError,
): PartResult {
  const error = { ...given, path: part.path };
  if (place.kind === 'fragment') {
    return { kind: 'fragment', ...part, data: null, errors: [error], extensions: undefined };
  }
  const { start } = place;
  const nothing = { items: '[]', start, end: start, errors: [], extensions: undefined };
  return { kind: 'items', ...part, ...nothing, failure: [error] };
}

/** All errors of a batch. */
export const errorsOfParts = ({ results }: LaterParts): readonly GraphQLFormattedError[] =>
  results.flatMap((result) =>
    result.kind === 'items' ? [...result.errors, ...result.failure] : result.errors,
  );
