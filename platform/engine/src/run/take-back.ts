import type { AnswerReader } from '../compile/answer-reader.ts';
import { type Item, type ListElement, type Slot, TYPENAME_SLOT } from '../compile/shape.ts';

/**
 * Records what reading an answer has changed. An answer is accepted whole or not at all, so an error at its end undoes
 * what its beginning has written. Of Items that were empty only that they were filled is recorded, and they are emptied
 * again; what they hold that others have answered is left alone, and so are Items that were not reached. New ones are dropped.
 */
export class Changes {
  readonly #written: Written[] = [];
  readonly #filled: (readonly [AnswerReader, readonly Item[]])[] = [];
  readonly #typenames: (readonly [Item, Slot])[] = [];

  /** To be called before a slot or an element that may hold something is overwritten. */
  writes(holder: Item | ListElement[], index: number): void {
    const isAdded = index >= holder.length;
    this.#written.push({ holder, index, before: holder[index], isAdded });
  }

  /** To be called before Items that hold nothing of what a reader reads are filled by it. */
  fills(reader: AnswerReader, items: readonly Item[]): void {
    this.#filled.push([reader, items]);
  }

  /** To be called before an empty Item learns its real type. */
  specifies(item: Item): void {
    this.#typenames.push([item, item[TYPENAME_SLOT]]);
  }

  /**
   * Restores the state before the answer was read. What one fetch has filled, another of the same call may have merged
   * into: first its values are written back, and then they are emptied.
   */
  takeBack(): void {
    for (const { holder, index, before, isAdded } of this.#written.reverse()) {
      if (isAdded) holder.pop();
      else (holder as Slot[])[index] = before;
    }
    for (const [reader, items] of this.#filled) for (const item of items) empty(reader, item);
    for (const [item, typename] of this.#typenames.reverse()) item[TYPENAME_SLOT] = typename;
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
