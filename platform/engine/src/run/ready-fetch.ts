import { writeRepresentation } from '../compile/representation.ts';
import type { Item } from '../compile/shape.ts';
import type { FetchStep } from '../compile/steps.ts';

/** A fetch whose turn has come, with what it asks for and where each answer belongs. */
export interface ReadyFetch {
  readonly step: FetchStep;
  /** Each distinct representation once; empty for a fetch that starts at a root type. */
  readonly representations: readonly string[];
  /** Per representation the Items it completes; for a root fetch one entry. */
  readonly targets: readonly Item[][];
}

/** Undefined when there is nothing to ask for. */
export function readyFetch(step: FetchStep, items: readonly Item[]): ReadyFetch | undefined {
  const writer = step.fetch.representation;
  if (!writer) {
    return items.length > 0 ? { step, representations: [], targets: [[...items]] } : undefined;
  }
  const indexes = new Map<string, number>();
  const representations: string[] = [];
  const targets: Item[][] = [];
  for (const item of items) {
    const representation = writeRepresentation(writer, item);
    if (representation === undefined) continue;
    const index = indexes.get(representation);
    if (index !== undefined) {
      (targets[index] as Item[]).push(item);
    } else {
      indexes.set(representation, representations.length);
      representations.push(representation);
      targets.push([item]);
    }
  }
  return representations.length > 0 ? { step, representations, targets } : undefined;
}
