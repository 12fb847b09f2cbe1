import type { PlanningNames } from '../compile/client-names.ts';
import type { CompiledFetch } from '../compile/compiled-fetch.ts';
import { type Item, ItemList, type Shape, type Slot } from '../compile/shape.ts';
import type { ResponsePath } from '../errors.ts';

/** Where Items are searched for. */
export interface SearchedAnswer {
  readonly root: Item;
  readonly names: PlanningNames;
  /** How many places are wanted at most. */
  readonly limit: number;
}

/**
 * The places of the response at which Items occur. They are only needed when something failed, so they are searched for
 * instead of being stored: once for each shape, since a list may have as many errors as items.
 */
export class ItemPlaces {
  readonly #answer: SearchedAnswer;
  readonly #wanted: ReadonlySet<Item>;
  readonly #found = new Map<Shape, ReadonlyMap<Item, readonly ResponsePath[]>>();

  /** @param wanted all Items whose places may be asked for */
  constructor(answer: SearchedAnswer, wanted: ReadonlySet<Item>) {
    this.#answer = answer;
    this.#wanted = wanted;
  }

  of(items: Iterable<Item>, shape: Shape): readonly ResponsePath[] {
    const found = this.#found.get(shape) ?? this.#find(shape);
    this.#found.set(shape, found);
    return [...items].flatMap((item) => found.get(item) ?? []);
  }

  #find(shape: Shape): ReadonlyMap<Item, readonly ResponsePath[]> {
    const found = new Map<Item, ResponsePath[]>();
    eachPlace(this.#answer, shape, (item, path) => {
      if (!this.#wanted.has(item)) return true;
      const places = found.get(item);
      if (!places) found.set(item, [[...path]]);
      else if (places.length < this.#answer.limit) places.push([...path]);
      return true;
    });
    return found;
  }
}

/** The first places of the response at which any of the wanted Items occurs. */
export function firstPlaces(
  answer: SearchedAnswer,
  wanted: ReadonlySet<Item>,
  shape: Shape,
): readonly ResponsePath[] {
  const found: ResponsePath[] = [];
  eachPlace(answer, shape, (item, path) => {
    if (wanted.has(item)) found.push([...path]);
    return found.length < answer.limit;
  });
  return found;
}

/** Visits the Items at a shape until the visitor returns false; the path is only valid during a visit. */
function eachPlace(
  { root, names }: SearchedAnswer,
  shape: Shape,
  visitor: (item: Item, path: ResponsePath) => boolean,
): void {
  const chain: Shape[] = [];
  for (let at: Shape | undefined = shape; at?.parent; at = at.parent) chain.unshift(at);
  const path: (string | number)[] = [];

  const visit = (value: Slot, depth: number): boolean => {
    if (value instanceof ItemList) {
      return value.elements.every((element, index) => {
        path.push(index);
        const goesOn = visit(element, depth);
        path.pop();
        return goesOn;
      });
    }
    if (!Array.isArray(value)) return true;
    const next = chain[depth];
    if (next === undefined) return visitor(value, path);
    path.push(names.clientName(next.name));
    const goesOn = visit(value[next.parent?.slots.get(next.name) as number], depth + 1);
    path.pop();
    return goesOn;
  };
  visit(root, 0);
}

/** A path inside a subgraph's answer, in the names that the client chose. */
export function renamePath(
  path: ResponsePath,
  { renames, synthetic }: Pick<CompiledFetch, 'renames' | 'synthetic'>,
  names: PlanningNames,
): ResponsePath {
  let level = renames;
  return path.map((element) => {
    if (typeof element === 'number') return element;
    const rename = level?.get(element);
    level = rename?.below;
    const name = rename?.to ?? element;
    return synthetic.fields.get(name)?.fieldName ?? names.clientName(name);
  });
}
