import type { AnswerReader } from '../compile/answer-reader.ts';
import { type Item, type ListElement, type Slot, TYPENAME_SLOT } from '../compile/shape.ts';
import type { CallMember } from './call.ts';

/**
 * What reading an answer has changed in Items that held something before. An answer is taken whole
 * or not at all, so whatever turns out to be wrong at its end takes back what its start has written.
 * Only merging is recorded: Items that had room are emptied again, and new ones are forgotten.
 */
export class Changes {
  readonly #written: Written[] = [];
  readonly #typenames: (readonly [Item, Slot])[] = [];
  readonly #merged = new Set<readonly Item[]>();

  /** To be called before a slot or an element gets another value. */
  writes(holder: Item | ListElement[], index: number): void {
    const isAdded = index >= holder.length;
    this.#written.push({ holder, index, before: holder[index], isAdded });
  }

  /** To be called before what these Items hold already is added to. */
  merges(targets: readonly Item[]): void {
    this.#merged.add(targets);
  }

  /** To be called before an Item with room learns what it really is. */
  specifies(item: Item): void {
    this.#typenames.push([item, item[TYPENAME_SLOT]]);
  }

  /** Leaves everything as if the answer to these fetches had never been read. */
  takeBack(members: Iterable<CallMember>): void {
    for (const { holder, index, before, isAdded } of this.#written.reverse()) {
      if (isAdded) holder.pop();
      else (holder as Slot[])[index] = before;
    }
    for (const { step, targets } of members) {
      for (const items of targets) {
        if (items && !this.#merged.has(items)) empty(step.fetch.reader, items);
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

function empty({ fields }: AnswerReader, items: readonly Item[]): void {
  for (const item of items) {
    for (const { slot } of fields) if (slot !== TYPENAME_SLOT) item[slot] = undefined;
  }
}
