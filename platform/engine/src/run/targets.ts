import type { Item } from '../compile/shape.ts';

/** Items that are completed by the same; an Item is an array itself. */
class Several {
  readonly items: Item[];
  constructor(items: Item[]) {
    this.items = items;
  }
}

type Target = Item | Several | undefined;

/**
 * For each representation, the Items that it completes; for a fetch that starts at a root type, one entry. Most
 * representations complete one Item, which needs no list of its own: there are as many as entities, and whatever waits
 * for an answer is copied by the garbage collector meanwhile.
 */
export class Targets {
  readonly #targets: Target[] = [];

  static of(items: readonly Item[]): Targets {
    const targets = new Targets();
    targets.#targets.push(new Several([...items]));
    return targets;
  }

  add(item: Item): void {
    this.#targets.push(item);
  }

  /** Another Item of a representation that is there already. */
  addTo(index: number, item: Item): void {
    const target = this.#targets[index];
    if (target instanceof Several) target.items.push(item);
    else this.#targets[index] = new Several([target as Item, item]);
  }

  /** Undefined for a representation that only others have requested. */
  at(index: number): readonly Item[] | undefined {
    const target = this.#targets[index];
    return target instanceof Several ? target.items : target && [target];
  }

  all(): Item[] {
    return this.#targets.flatMap((target) =>
      target instanceof Several ? target.items : target ? [target] : [],
    );
  }

  /** The same among the representations of several fetches, at these places. */
  placed(places: readonly number[]): Targets {
    const placed = new Targets();
    for (const [index, place] of places.entries()) placed.#targets[place] = this.#targets[index];
    return placed;
  }
}
