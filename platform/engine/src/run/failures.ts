import type { GraphQLFormattedError } from 'graphql';
import type { Item } from '../compile/shape.ts';
import type { Variant } from '../compile/variant.ts';
import {
  clientError,
  type ErrorExposure,
  faultCode,
  faultError,
  isPrefix,
  type ResponsePath,
} from '../errors.ts';
import type { MissingPart } from './answer.ts';
import type { Call, CallMember, CallPart } from './call.ts';
import { locateItems, renamePath } from './error-paths.ts';
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
 * then the nulls that no error explains so far.
 */
export function collectErrors(
  failures: readonly Failure[],
  violations: readonly Violation[],
  scene: Scene,
  /** Errors of other parts, which may explain nulls of this one. */
  before: readonly GraphQLFormattedError[] = [],
): readonly GraphQLFormattedError[] {
  const errors: GraphQLFormattedError[] = [];
  for (const failure of failures) {
    if (errors.length >= scene.maxErrors + before.length) break;
    if (!concernsPart(failure.call, scene)) continue;
    if (failure.kind === 'fault') {
      const code = faultCode(failure.error);
      errors.push(...placesOfCall(failure.call, scene).map((path) => faultError(code, path)));
    } else if (failure.errors.length === 0) {
      const places = placesOfCall(failure.call, scene);
      errors.push(...places.map((path) => faultError('SUBGRAPH_ERROR', path)));
    } else {
      for (const error of failure.errors) {
        // When nothing was answered, any requested field may be the reason.
        const places = placesOfError(error, failure.call, scene).filter(
          (path) => !path || failure.missing.length > 0 || isFelt(scene, path),
        );
        errors.push(
          ...places.map(
            (path) =>
              inputFault(error, path, scene.variant.inputOf) ??
              clientError(error, path, scene.exposure),
          ),
        );
      }
    }
  }
  const unanswered = unansweredBy(failures, scene.variant.plan);
  for (const { kind, message, code, path, gap } of violations) {
    if (kind === 'hidden') continue;
    if (kind === 'withheld') {
      errors.push({ message, path, extensions: { code } });
      continue;
    }
    const explains = (error: GraphQLFormattedError): boolean =>
      error.path !== undefined && (isPrefix(error.path, path) || isPrefix(path, error.path));
    const isExplained =
      (gap && unanswered.explains(gap)) || before.some(explains) || errors.some(explains);
    if (!isExplained) errors.push({ message, path, extensions: { code: 'INVALID_ANSWER' } });
  }
  return distinct(errors, before).slice(0, scene.maxErrors);
}

/** A field has one error (GraphQL, "Handling Execution Errors"), though a plan may fetch it several times. */
function distinct(
  errors: readonly GraphQLFormattedError[],
  before: readonly GraphQLFormattedError[],
): readonly GraphQLFormattedError[] {
  if (errors.length === 0) return errors;
  const keyOf = ({ message, path, extensions }: GraphQLFormattedError) =>
    JSON.stringify([message, path, extensions]);
  const known = new Set(before.map(keyOf));
  return errors.filter((error) => {
    const key = keyOf(error);
    return !known.has(key) && known.add(key);
  });
}

/** One call may serve fetches of several parts of the answer. */
const concernsPart = ({ parts }: Call, scene: Scene): boolean =>
  parts.some(({ members }) => members.some((member) => isOfPart(member, scene)));

/** What failed in an earlier run of the plan may be missing at places that only this one has added. */
const isOfPart = ({ step, wave }: CallMember, scene: Scene): boolean =>
  step.part === scene.part && wave <= scene.wave;

/** Where the answer of a whole call is missing: its root fields, or the entities it was to complete. */
function placesOfCall(call: Call, scene: Scene): (ResponsePath | undefined)[] {
  const places = call.parts.flatMap((part) =>
    part.members.flatMap((member) => placesOfMember(member, undefined, scene)),
  );
  return places.length > 0 ? places : [undefined];
}

function placesOfMember(
  member: CallMember,
  index: number | undefined,
  scene: Scene,
): ResponsePath[] {
  const { fetch } = member.step;
  if (!isOfPart(member, scene)) return [];
  const targets = index === undefined ? member.targets.flat() : member.targets[index];
  const wanted = new Set(targets?.filter((item): item is Item => item !== undefined));
  const { answers, maxErrors, variant } = scene;
  const { names: clientNames } = variant;
  const items = locateItems(answers.root, fetch.target, wanted, clientNames, maxErrors);
  const names = [...fetch.reader.byKey.keys()].filter((name) => name !== '__typename');
  if (index !== undefined || fetch.representation) {
    return names.length === 1 && index === undefined
      ? items.map((path) => [...path, ...renamePath(names, fetch, scene.variant.names)])
      : items;
  }
  return items.flatMap((path) =>
    names.map((name) => [...path, ...renamePath([name], fetch, scene.variant.names)]),
  );
}

/** Every place of the response that an error's path in the subgraph's answer corresponds to. */
function placesOfError(
  error: GraphQLFormattedError,
  call: Call,
  scene: Scene,
): (ResponsePath | undefined)[] {
  const path = Array.isArray(error.path) ? (error.path as ResponsePath) : [];
  const whole = call.parts.find(({ alias }) => alias === undefined);
  if (whole) {
    if (path.length === 0) return placesOfCall(call, scene);
    return locateBelow(whole, 0, path, scene);
  }
  const part = call.parts.find(({ alias }) => alias === path[0]);
  const index = path[1];
  if (!part || typeof index !== 'number') return placesOfCall(call, scene);
  return locateBelow(part, index, path.slice(2), scene);
}

function locateBelow(
  part: CallPart,
  index: number,
  below: ResponsePath,
  scene: Scene,
): ResponsePath[] {
  return part.members.flatMap((member) => {
    const rest = renamePath(below, member.step.fetch, scene.variant.names);
    return placesOfMember(member, index, scene).map((place) => [...place, ...rest]);
  });
}
