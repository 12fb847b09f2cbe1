import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { openPrisma } from './prisma-client.ts';

/** The part used here: neither the ES library nor Node's types of this version declare it. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
  ): Promise<{ instance: { exports: { count(turns: number): number } } }>;
};

/** `(func (export "count") (param i32) (result i32) …)`, a loop that counts its parameter down to 0. */
const COUNT_DOWN = Uint8Array.from([
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 6, 1, 96, 1, 127, 1, 127],
  ...[3, 2, 1, 0],
  ...[7, 9, 1, 5, 99, 111, 117, 110, 116, 0, 0],
  ...[10, 18, 1, 16, 0, 3, 64, 32, 0, 65, 1, 107, 34, 0, 13, 0, 11, 32, 0, 11],
]);
/** V8 begins to optimise what has run for two million bytes of its code, and a turn is ten. */
const [CALLS, TURNS] = [20, 1_000_000];

class Generated {
  $disconnect = async () => {};
}

test('whoever opens a database has its query compiler compiled once, and not again when it is busy', async () => {
  const prisma = openPrisma(Generated as never)('postgres://nobody@localhost:1/none');
  setFlagsFromString('--allow-natives-syntax');
  const isAsFirstCompiled = runInNewContext('(f) => %IsLiftoffFunction(f)');
  const { count } = (await WebAssembly.instantiate(COUNT_DOWN)).instance.exports;
  for (let call = 0; call < CALLS; call++) {
    count(TURNS);
    // What was optimised in the background is taken from the next call on.
    await new Promise(setImmediate);
  }
  const isStill = isAsFirstCompiled(count);
  setFlagsFromString('--no-allow-natives-syntax');
  expect(isStill).toBe(true);
  await (prisma as { $disconnect(): Promise<void> }).$disconnect();
});
