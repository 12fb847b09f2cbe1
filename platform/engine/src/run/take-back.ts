import type { AnswerReader } from '../compile/answer-reader.ts';
import { type Item, type ListElement, type Slot, TYPENAME_SLOT } from '../compile/shape.ts';
import type { CallMember } from './call.ts';

/**
 * Records what reading an answer has changed in Items that already held data. An answer is accepted whole or
 * not at all, so an error at its end undoes what its beginning has written. Only merging is recorded: Items
 * that were empty are emptied again, and new ones are dropped.
 */
export class Changes {
  readonly #written: Written[] = [];
  readonly #typenames: (readonly [Item, Slot])[] = [];
  readonly #merged = new Set<Item>();

  /** To be called before a slot or an element is overwritten. */
  writes(holder: Item | ListElement[], index: number): void {
    const isAdded = index >= holder.length;
    this.#written.push({ holder, index, before: holder[index], isAdded });
  }

  /** To be called before something is merged into what these Items already hold. */
  merges(targets: readonly Item[]): void {
    for (const item of targets) this.#merged.add(item);
  }

  /** To be called before an empty Item learns its real type. */
  specifies(item: Item): void {
    this.#typenames.push([item, item[TYPENAME_SLOT]]);
  }

  /** Restores the state before the answer to these fetches was read. */
  takeBack(members: Iterable<CallMember>): void {
    for (const { holder, index, before, isAdded } of this.#written.reverse()) {
      if (isAdded) holder.pop();
      else (holder as Slot[])[index] = before;
    }
    for (const { step, targets } of members) {
      for (const item of targets.all()) {
        if (!this.#merged.has(item)) empty(step.fetch.reader, item);
      }
    }
    for (const [item, typename] of this.#typenames) item[TYPENAME_SLOT] = typename;
  }
}

interface Written {
  readonly holder: Item | ListElement[];
  readonly index: number;
  readonly before: Slot;
  readonly isAdded: boolean;
}

function empty({ fields }: AnswerReader, item: Item): void {
  for (const { slot } of fields) if (slot !== TYPENAME_SLOT) item[slot] = undefined;
}
