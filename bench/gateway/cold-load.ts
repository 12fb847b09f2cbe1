import { setTimeout as pause } from 'node:timers/promises';
import type { ColdOperation } from './cold-operations.ts';
import { ask } from './load.ts';

export interface ColdLoad {
  /** Milliseconds of each operation. */
  readonly cold: readonly number[];
  /** Milliseconds of what somebody else asked for meanwhile, which is known. */
  readonly beside: readonly number[];
}

export const KNOWN = '{ __typename }';
/** Milliseconds between two questions of somebody else. */
const PAUSE_MS = 2;

export class ColdAsker {
  readonly #port: number;
  readonly #path: string;

  constructor(port: number, path: string) {
    this.#port = port;
    this.#path = path;
  }

  async timed(operation: ColdOperation): Promise<number> {
    const from = performance.now();
    await ask(this.#port, this.#path, JSON.stringify(operation));
    return performance.now() - from;
  }

  /** So many at a time, the next when one is answered: as fast as the gateway can. */
  async crowd(operations: readonly ColdOperation[], connections: number): Promise<ColdLoad> {
    const cold: number[] = [];
    let next = 0;
    const askers = Array.from({ length: connections }, async () => {
      for (let one = operations[next++]; one; one = operations[next++])
        cold.push(await this.timed(one));
    });
    return { cold, beside: await this.#besides(Promise.all(askers)) };
  }

  /** So many a second, whether those before are answered or not. */
  async atRate(operations: readonly ColdOperation[], perSecond: number): Promise<ColdLoad> {
    const from = performance.now();
    const asked = operations.map(async (operation, index) => {
      await pause(from + (index * 1_000) / perSecond - performance.now());
      return this.timed(operation);
    });
    const cold = Promise.all(asked);
    const beside = await this.#besides(cold);
    return { cold: await cold, beside };
  }

  async #besides(work: Promise<unknown>): Promise<number[]> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    const beside: number[] = [];
    const other = (async () => {
      while (!isOver) {
        beside.push(await this.timed({ query: KNOWN }));
        await pause(PAUSE_MS);
      }
    })();
    await Promise.all([over, other]);
    return beside;
  }
}
