import { type Item, newItem, type Shape } from '../compile/shape.ts';
import type { CompiledPlan } from '../compile/steps.ts';
import { type AnswerSummary, type AnswerText, readAnswer } from './answer.ts';
import type { Call } from './call.ts';
import type { ReadingState } from './read-object.ts';
import type { LastRead } from './repeats.ts';
import { Changes } from './take-back.ts';

const NONE: readonly string[] = [];

/** Everything that the subgraphs have answered to one operation so far, with the state for reading more. */
export class MergedAnswers implements ReadingState {
  readonly root: Item;
  readonly collected: Item[][];
  readonly interned: (Map<string, Item> | undefined)[];
  readonly lastReads: (LastRead | undefined)[];
  readonly interfaceNames: ReadonlySet<string>;
  /** What the answer that is being read has changed. */
  changes: Changes | undefined;
  missingTypes: readonly string[] = NONE;
  absent = new Map<Item, string | null>();
  /** How many items of each streamed list are written together with the list. */
  readonly initialCounts: readonly number[];

  constructor(
    plan: CompiledPlan,
    interfaceNames: ReadonlySet<string>,
    initialCounts: readonly number[],
  ) {
    this.initialCounts = initialCounts;
    this.root = newItem(plan.shape);
    this.collected = Array.from({ length: plan.collectorCount }, () => []);
    this.interned = new Array(plan.internTableCount).fill(undefined);
    this.lastReads = new Array(plan.lastReadCount).fill(undefined);
    this.interfaceNames = interfaceNames;
  }

  /** Reads a whole answer; when it throws, everything is as it was before. */
  read(answer: AnswerText, call: Call): AnswerSummary {
    const { missingTypes, collected } = this;
    const absent = this.absent.size > 0 ? [...this.absent] : [];
    const lengths = collected.map(({ length }) => length);
    const changes = new Changes();
    this.changes = changes;
    try {
      return readAnswer(answer, call, this);
    } catch (error) {
      changes.takeBack();
      for (const [index, items] of collected.entries()) items.splice(lengths[index] as number);
      // These caches may hold Items that only this answer contained.
      this.interned.fill(undefined);
      this.lastReads.fill(undefined);
      this.missingTypes = missingTypes;
      this.absent = new Map(absent);
      throw error;
    } finally {
      this.changes = undefined;
    }
  }

  /** The Items at a place so far. */
  itemsAt({ collector }: Shape): readonly Item[] {
    return collector < 0 ? [this.root] : (this.collected[collector] as Item[]);
  }

  /**
   * Releases everything. An object that waited long is in the old generation and stays there for a while
   * after its end; everything that it still pointed to would be kept, copied and moved there as well. Under
   * load this took two thirds of all time. (Emptying by `length = 0` or `clear()` does not help, since the
   * abandoned storage keeps its pointers.)
   */
  release(): void {
    this.root.fill(undefined);
    for (const items of this.collected) {
      for (const item of items) item.fill(undefined);
      (items as unknown[]).fill(undefined);
    }
    this.interned.fill(undefined);
    this.lastReads.fill(undefined);
  }
}
