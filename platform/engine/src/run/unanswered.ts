import type { GraphQLFormattedError } from 'graphql';
import { missingInputs } from '../compile/representation.ts';
import type { Item, Shape } from '../compile/shape.ts';
import type { CompiledPlan } from '../compile/steps.ts';
import type { CallPart } from './call.ts';
import type { Failure } from './failures.ts';

/** A slot of an Item at some place. */
export interface Gap {
  readonly item: Item;
  readonly slot: number;
  readonly shape: Shape;
}

/**
 * What is missing because something else failed. A field that must not be null takes with it whatever its
 * subgraph was asked for in the same object, and a fetch is not even sent when its input is missing: none of
 * these fields is to blame.
 */
export interface Unanswered {
  explains(gap: Gap): boolean;
}

/** Returns a test whether any error may be the reason why there is no data for a part, or for one of its entities. */
function blamed(errors: readonly GraphQLFormattedError[]) {
  let isAny = false;
  const entities = new Map<unknown, Set<unknown>>();
  for (const { path } of errors) {
    if (!Array.isArray(path) || path.length < 2) isAny = true;
    else entities.set(path[0], (entities.get(path[0]) ?? new Set()).add(path[1]));
  }
  return ({ alias }: CallPart, index?: number): boolean =>
    isAny || (index === undefined ? errors.length > 0 : entities.get(alias)?.has(index) === true);
}

export function unansweredBy(failures: readonly Failure[], plan: CompiledPlan): Unanswered {
  const known = new Map<Item, Set<number>>();
  const add = ({ members }: CallPart, index?: number): void => {
    for (const { step, targets } of members) {
      for (const item of index === undefined ? targets.all() : (targets.at(index) ?? [])) {
        const slots = known.get(item) ?? new Set();
        known.set(item, slots);
        for (const { slot } of step.fetch.reader.fields) slots.add(slot);
      }
    }
  };
  for (const failure of failures) {
    if (failure.kind === 'fault') for (const part of failure.call.parts) add(part);
    else {
      const isBlamed = blamed(failure.errors);
      for (const { part, index } of failure.missing) if (isBlamed(part, index)) add(part, index);
    }
  }

  const explains = ({ item, slot, shape }: Gap, depth: number): boolean => {
    if (item[slot] !== undefined) return false;
    if (known.get(item)?.has(slot)) return true;
    // As deep as fetches can depend on each other.
    if (depth > plan.fetches.length) return false;
    return plan.fetches.some(
      ({ target, reader, representation }) =>
        target === shape &&
        representation !== undefined &&
        reader.fields.some((field) => field.slot === slot) &&
        missingInputs(representation, item).some((input) => explains(input, depth + 1)),
    );
  };
  return { explains: (gap) => known.size > 0 && explains(gap, 0) };
}
