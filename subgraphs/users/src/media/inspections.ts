import { createGate, type GateOptions } from '../credentials/gate.ts';

/** Which file is looked at, and whose it is. */
export interface Inspected {
  readonly id: string;
  readonly ownerId: string;
}

/** Looks at a file when it is its turn; whoever asks for the same file meanwhile waits for the same look. */
export type Inspect = <Result>(file: Inspected, work: () => Promise<Result>) => Promise<Result>;

/** Decoding an image takes a core and some hundred megabytes: two at once, of each account one. */
const TURNS = { slots: 2, maxWaiting: 50, ofOne: { slots: 1, maxWaiting: 5 } } as const;

/** A client whose request took too long asks again, and would have the same work done twice. */
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
