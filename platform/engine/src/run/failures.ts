import type { GraphQLFormattedError } from 'graphql';
import type { Variant } from '../compile/variant.ts';
import { clientError, type ErrorExposure, faultCode, faultError, isPrefix } from '../errors.ts';
import type { MissingPart } from './answer.ts';
import type { Call, CallMember } from './call.ts';
import { FailurePlaces } from './failure-places.ts';
import { isFelt } from './felt-errors.ts';
import { inputFault } from './input-faults.ts';
import type { MergedAnswers } from './merged-answers.ts';
import { unansweredBy } from './unanswered.ts';
import type { Violation } from './violations.ts';

/** A call that failed, or that was answered with errors. */
export type Failure =
  | { readonly kind: 'fault'; readonly call: Call; readonly error: unknown }
  | {
      readonly kind: 'answered';
      readonly call: Call;
      readonly errors: readonly GraphQLFormattedError[];
      /** The entities, or whole parts, for which there was no data. */
      readonly missing: readonly MissingPart[];
    };

export interface Scene {
  readonly variant: Variant;
  readonly answers: MergedAnswers;
  readonly exposure: ErrorExposure;
  readonly maxErrors: number;
  /** The part of the answer whose errors are wanted, and the run of the plan. */
  readonly part: number;
  readonly wave: number;
}

/**
 * The errors of a response, or of a part of it: those that subgraphs reported, at the places they affect,
 * then the nulls that no error explains so far. A field has one error (GraphQL, "Handling Execution Errors"), though
 * a plan may fetch it several times.
 */
export function collectErrors(
  failures: readonly Failure[],
  violations: readonly Violation[],
  scene: Scene,
  /** Errors of other parts, which may explain nulls of this one. */
  before: readonly GraphQLFormattedError[] = [],
): readonly GraphQLFormattedError[] {
  const errors: GraphQLFormattedError[] = [];
  if (failures.length === 0 && violations.length === 0) return errors;
  const known = new Set(before.map(keyOf));
  /** False when there are as many as an answer may have: the rest need not be looked at. */
  const add = (error: GraphQLFormattedError): boolean => {
    const key = keyOf(error);
    if (!known.has(key)) errors.push(error);
    known.add(key);
    return errors.length < scene.maxErrors;
  };
  for (const error of reported(failures, scene)) if (!add(error)) return errors;
  const unanswered = unansweredBy(failures, scene.variant.plan);
  for (const { kind, message, code, path, gap } of violations) {
    if (kind === 'hidden') continue;
    const explains = (error: GraphQLFormattedError): boolean =>
      error.path !== undefined && (isPrefix(error.path, path) || isPrefix(path, error.path));
    const isExplained =
      kind !== 'withheld' &&
      ((gap && unanswered.explains(gap)) || before.some(explains) || errors.some(explains));
    if (isExplained) continue;
    const extensions = { code: kind === 'withheld' ? code : 'INVALID_ANSWER' };
    if (!add({ message, path, extensions })) return errors;
  }
  return errors;
}

const keyOf = ({ message, path, extensions }: GraphQLFormattedError): string =>
  JSON.stringify([message, path, extensions]);

/** What subgraphs reported, and what could not be fetched, each at every place that it affects. */
function* reported(failures: readonly Failure[], scene: Scene): Iterable<GraphQLFormattedError> {
  const { answers, exposure, maxErrors, variant } = scene;
  const { inputOf, names } = variant;
  const isWanted = (member: CallMember): boolean => isOfPart(member, scene);
  const searched = { root: answers.root, names, limit: maxErrors };
  const places = new FailurePlaces(searched, failures, isWanted);
  for (const failure of failures) {
    if (!failure.call.parts.some(({ members }) => members.some(isWanted))) continue;
    if (failure.kind === 'fault' || failure.errors.length === 0) {
      const code = failure.kind === 'fault' ? faultCode(failure.error) : 'SUBGRAPH_ERROR';
      for (const path of places.ofCall(failure.call)) yield faultError(code, path);
      continue;
    }
    for (const error of failure.errors) {
      for (const path of places.ofError(error, failure.call)) {
        // When nothing was answered, any requested field may be the reason.
        if (path && failure.missing.length === 0 && !isFelt(scene, path)) continue;
        yield inputFault(error, path, inputOf) ?? clientError(error, path, exposure);
      }
    }
  }
}

/** What failed in an earlier run of the plan may be missing at places that only this one has added. */
const isOfPart = ({ step, wave }: CallMember, scene: Scene): boolean =>
  step.part === scene.part && wave <= scene.wave;
