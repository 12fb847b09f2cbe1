import { createGate, type GateOptions } from '../credentials/gate.ts';

/** Which file is inspected, and its owner. */
export interface Inspected {
  readonly id: string;
  readonly ownerId: string;
}

/**
 * Inspects a file when it is its turn; others who ask for the same file meanwhile wait for the same
 * inspection.
 */
export type Inspect = <Result>(file: Inspected, work: () => Promise<Result>) => Promise<Result>;

/** Decoding an image takes a core and some hundred megabytes: two at once, one per account. */
const TURNS = { slots: 2, maxWaiting: 50, ofOne: { slots: 1, maxWaiting: 5 } } as const;

/** A client whose request took too long asks again, which would do the same work twice. */
export function createInspections(whenFull: GateOptions['whenFull']): Inspect {
  const inTurn = createGate({ ...TURNS, whenFull });
  const running = new Map<string, Promise<unknown>>();
  return <Result>({ id, ownerId }: Inspected, work: () => Promise<Result>) => {
    const known = running.get(id) as Promise<Result> | undefined;
    if (known) return known;
    const begun = inTurn(work, ownerId).finally(() => running.delete(id));
    running.set(id, begun);
    return begun;
  };
}
