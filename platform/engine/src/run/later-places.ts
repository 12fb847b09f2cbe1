import type { DeferredFragment, ObjectOutput, Output } from '../compile/projection.ts';
import { type Item, ItemList, type Slot } from '../compile/shape.ts';
import type { StreamedList } from '../compile/streamed-lists.ts';
import type { ResponsePath } from '../errors.ts';
import { fieldsAt, firstOf, isNullIn, type WrittenAnswers } from './render.ts';
import type { LaterItems } from './render-items.ts';

/** A place of the answer with something that comes later: a fragment of an object, or items of a list. */
export type LaterPlace = FragmentPlace | ItemsPlace;

interface PlaceBase {
  readonly path: ResponsePath;
  /** When it is fetched: for which part of the answer, and in which run of the plan. */
  readonly part: number;
  readonly wave: number;
}
export interface FragmentPlace extends PlaceBase {
  readonly kind: 'fragment';
  readonly fragment: DeferredFragment;
  readonly item: Item;
}
export interface ItemsPlace extends PlaceBase, LaterItems {
  readonly kind: 'items';
  readonly stream: StreamedList;
}

/** What has been written, for which part of the answer and in which run of the plan. */
export interface Written {
  readonly answers: WrittenAnswers;
  readonly part: number;
  readonly wave: number;
}

/**
 * The later places of an answer, or of a part of one, that has been written and is not null itself. An object that
 * became null in it because of a null inside it has none.
 */
export function laterPlaces(
  output: ObjectOutput,
  item: Item,
  path: ResponsePath,
  written: Written,
): LaterPlace[] {
  const places: LaterPlace[] = [];
  addObject(output, item, path, written, places);
  return places;
}

/** The later places in items that have been written. */
export function laterPlacesOfItems(place: ItemsPlace, end: number, written: Written): LaterPlace[] {
  const places: LaterPlace[] = [];
  const { output, list, path, start } = place;
  for (let index = start; index < end; index += 1) {
    addValue(output.of, list.elements[index], [...path, index], written, places);
  }
  return places;
}

function addObject(
  output: ObjectOutput,
  item: Item,
  path: ResponsePath,
  written: Written,
  places: LaterPlace[],
): void {
  const fields = fieldsAt(output, item);
  if (!fields) return;
  const { wave } = written;
  for (const fragment of fields.deferred) {
    places.push({ kind: 'fragment', fragment, item, path, part: fragment.part, wave });
  }
  for (const { mayDefer, output: below, slot, name } of fields.fields) {
    if (mayDefer) addValue(below, item[slot], [...path, name], written, places);
  }
}

function addValue(
  output: Output,
  value: Slot,
  path: ResponsePath,
  written: Written,
  places: LaterPlace[],
): void {
  const { answers, part, wave } = written;
  if (output.kind === 'leaf' || isNullIn(output, value, answers)) return;
  if (output.kind === 'object') {
    addObject(output, value as Item, path, written, places);
    return;
  }
  const list = value as ItemList;
  const first = firstOf(output, list, answers);
  const { stream } = output;
  if (stream && first.length < list.elements.length) {
    const own = { output, stream, list, path, start: first.length };
    places.push({ kind: 'items', ...own, part, wave: wave + 1 });
  }
  for (const [index, each] of first.entries()) {
    addValue(output.of, each, [...path, index], written, places);
  }
}

/**
 * Where a path leads: to something that is written, to something that comes later, or through existing objects to a
 * field that is not selected for their types.
 */
export type Destination = 'written' | 'later' | 'elsewhere';

/** Follows a path of the response from its element at `from`, which is a field of the Item. */
export const destinationOf = (
  output: ObjectOutput,
  item: Slot,
  path: ResponsePath,
  from: number,
  answers: WrittenAnswers,
): Destination => new Way(path, answers).inObject(output, item, from);

/** The same for the later items of a list. */
export function destinationInItems(
  { output, list, path: place, start }: ItemsPlace,
  path: ResponsePath = [],
  answers: WrittenAnswers,
): Destination {
  const index = path[place.length];
  if (typeof index !== 'number' || index < start) return 'elsewhere';
  return new Way(path, answers).follow(output.of, list.elements[index], place.length + 1);
}

class Way {
  readonly #path: ResponsePath;
  readonly #answers: WrittenAnswers;

  constructor(path: ResponsePath, answers: WrittenAnswers) {
    this.#path = path;
    this.#answers = answers;
  }

  inObject(object: ObjectOutput, value: Slot, at: number): Destination {
    const name = this.#path[at];
    if (name === undefined) return 'written';
    const fields = Array.isArray(value) ? fieldsAt(object, value) : undefined;
    // Whatever is below a null is missing where the null is written.
    if (!fields) return 'written';
    const field = fields.fields.find((each) => each.name === name);
    if (field) {
      const found = this.follow(field.output, (value as Item)[field.slot], at + 1);
      if (found !== 'elsewhere') return found;
    }
    const isDeferred = fields.deferred.some(
      (fragment) => this.inObject(fragment.output, value, at) !== 'elsewhere',
    );
    return isDeferred ? 'later' : 'elsewhere';
  }

  follow(output: Output, value: Slot, at: number): Destination {
    const element = this.#path[at];
    if (element === undefined || output.kind === 'leaf') return 'written';
    if (output.kind === 'object') return this.inObject(output, value, at);
    if (!(value instanceof ItemList)) return 'written';
    const index = Number(element);
    const found = this.follow(output.of, value.elements[index], at + 1);
    const isLater = index >= firstOf(output, value, this.#answers).length;
    return isLater && found === 'written' ? 'later' : found;
  }
}
