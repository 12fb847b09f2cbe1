import type { DeferredFragment, ObjectOutput, Output } from '../compile/projection.ts';
import { type Item, ItemList, type Slot } from '../compile/shape.ts';
import type { ResponsePath } from '../errors.ts';
import { type AbsentItems, fieldsAt, isNullIn } from './render.ts';

/** An object of the answer of which a fragment comes later. */
export interface DeferredPlace {
  readonly fragment: DeferredFragment;
  readonly item: Item;
  readonly path: ResponsePath;
}

/**
 * The deferred parts of an answer, or of a part of one, that has been written and is not null itself. An
 * object that became null, because something inside was null that must not be, has no parts.
 */
export function deferredPlaces(
  output: ObjectOutput,
  item: Item,
  path: ResponsePath,
  absent: AbsentItems,
): DeferredPlace[] {
  const places: DeferredPlace[] = [];
  const ofObject = (object: ObjectOutput, value: Item, at: ResponsePath): void => {
    const fields = fieldsAt(object, value);
    if (!fields) return;
    for (const fragment of fields.deferred) places.push({ fragment, item: value, path: at });
    for (const { mayDefer, output: below, slot, name } of fields.fields) {
      if (mayDefer) visit(below, value[slot], [...at, name]);
    }
  };
  const visit = (below: Output, value: Slot, at: ResponsePath): void => {
    if (below.kind === 'leaf' || isNullIn(below, value, absent)) return;
    if (below.kind === 'object') ofObject(below, value as Item, at);
    else {
      for (const [index, each] of (value as ItemList).elements.entries()) {
        visit(below.of, each, [...at, index]);
      }
    }
  };
  ofObject(output, item, path);
  return places;
}

/**
 * Where a path leads: to something that the output writes, to something deferred inside it, or to neither.
 */
export type Destination = 'written' | 'deferred' | 'elsewhere';

/** Follows a path of the response from its element at `from`, which is a field of the Item. */
export function destinationOf(
  output: ObjectOutput,
  item: Slot,
  path: ResponsePath,
  from = 0,
): Destination {
  const inObject = (object: ObjectOutput, value: Slot, at: number): Destination => {
    const name = path[at];
    if (name === undefined) return 'written';
    const fields = Array.isArray(value) ? fieldsAt(object, value) : object.only;
    // Whatever is below a null is missing where the null is written.
    if (!fields) return Array.isArray(value) ? 'elsewhere' : 'written';
    const field = fields.fields.find((each) => each.name === name);
    if (field) {
      const found = follow(
        field.output,
        Array.isArray(value) ? value[field.slot] : undefined,
        at + 1,
      );
      if (found !== 'elsewhere') return found;
    }
    const isDeferred = fields.deferred.some(
      (fragment) => inObject(fragment.output, value, at) !== 'elsewhere',
    );
    return isDeferred ? 'deferred' : 'elsewhere';
  };
  const follow = (below: Output, value: Slot, at: number): Destination => {
    const element = path[at];
    if (element === undefined || below.kind === 'leaf') return 'written';
    if (below.kind === 'object') return inObject(below, value, at);
    const inner = value instanceof ItemList ? value.elements[Number(element)] : undefined;
    return follow(below.of, inner, at + 1);
  };
  return inObject(output, item, from);
}
