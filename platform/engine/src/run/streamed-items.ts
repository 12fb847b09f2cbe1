import { type Item, ItemList, type Shape, type Slot } from '../compile/shape.ts';
import type { FetchStep } from '../compile/steps.ts';
import type { StreamedLists } from '../compile/streamed-lists.ts';
import type { MergedAnswers } from './merged-answers.ts';

/**
 * What a fetch requests in each run (wave) of a plan with streamed lists: first the entities in the first items, then
 * those that occur only in later ones. An entity in both is requested first.
 */
export class StreamedItems {
  readonly #answers: MergedAnswers;
  readonly #streams: StreamedLists;
  /** By the index of the fetch. */
  readonly #asked = new Map<number, Set<Item>>();

  constructor(answers: MergedAnswers, streams: StreamedLists) {
    this.#answers = answers;
    this.#streams = streams;
  }

  /** Each Item once, in the first wave that needs it. */
  due({ fetch }: FetchStep, wave: number): readonly Item[] {
    const asked = this.#asked.get(fetch.index) ?? new Set();
    this.#asked.set(fetch.index, asked);
    const isLast = wave === this.#streams.waves - 1;
    const wanted = isLast
      ? this.#answers.itemsAt(fetch.target)
      : this.#wantedBy(fetch.target, wave);
    const due: Item[] = [];
    for (const item of wanted) {
      if (asked.has(item)) continue;
      asked.add(item);
      due.push(item);
    }
    return due;
  }

  /** The Items at a place that are later items of at most as many lists as there were waves before. */
  #wantedBy(target: Shape, wave: number): Iterable<Item> {
    const chain: Shape[] = [];
    for (let at: Shape | undefined = target; at?.parent; at = at.parent) chain.unshift(at);
    /** For each depth, of how many lists an Item is a later item, at least. */
    const found = Array.from({ length: chain.length + 1 }, () => new Map<Item, number>());
    const visit = (value: Slot, depth: number, later: number): void => {
      if (value instanceof ItemList) {
        for (const element of value.elements) visit(element, depth, later);
        return;
      }
      const known = found[depth] as Map<Item, number>;
      if (!Array.isArray(value) || (known.get(value) ?? Infinity) <= later) return;
      known.set(value, later);
      const next = chain[depth];
      if (!next) return;
      const below = value[next.parent?.slots.get(next.name) as number];
      const stream = this.#streams.of(next);
      if (!stream || !(below instanceof ItemList)) {
        visit(below, depth + 1, later);
        return;
      }
      const count = this.#answers.initialCounts[stream.index] as number;
      for (const [index, element] of below.elements.entries()) {
        const here = index < count ? later : later + 1;
        if (here <= wave) visit(element, depth + 1, here);
      }
    };
    visit(this.#answers.root, 0, 0);
    return (found.at(-1) as Map<Item, number>).keys();
  }
}
