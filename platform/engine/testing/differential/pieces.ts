import type { Engine } from '../../src/index.ts';
import { createRandom, type Random } from './random.ts';
import { type Names, type RandomOperation, randomOperation } from './random-operation.ts';

/** Some of the operations that are compared: each piece is a test of its own, with its own time. */
export interface Piece {
  readonly firstSeed: number;
  readonly operations: number;
}

/** Few enough that a machine which does other things besides is done with a piece in time. */
const MOST_IN_A_PIECE = 500;
/** Milliseconds that one operation may take, planned and answered twice, where others work as well. */
const MOST_MS_EACH = 600;

/** By name, the arguments of a test for each piece. */
export function piecesOf(operations: number, firstSeed: number): readonly [string, Piece][] {
  return Array.from({ length: Math.ceil(operations / MOST_IN_A_PIECE) }, (_, index) => {
    const from = firstSeed + index * MOST_IN_A_PIECE;
    const count = Math.min(MOST_IN_A_PIECE, firstSeed + operations - from);
    return [`${count} from seed ${from}`, { firstSeed: from, operations: count }];
  });
}

export const timeLimitOf = (operations: number): number =>
  60_000 + MOST_MS_EACH * Math.min(operations, MOST_IN_A_PIECE);

export interface SeededOperation extends RandomOperation {
  /** What to say of it where it fails. */
  readonly problem: string;
}

/** Planned so many at a time, so that none waits for its own way to the planner and back. */
const AHEAD = 50;

/** The random operations of a piece, in the order of their seeds. */
export function* operationsOf(
  engine: Engine,
  { firstSeed, operations }: Piece,
  namesFor: (random: Random) => Names,
): Generator<SeededOperation> {
  const end = firstSeed + operations;
  for (let from = firstSeed; from < end; from += AHEAD) {
    const batch = Array.from({ length: Math.min(AHEAD, end - from) }, (_, index) => {
      const random = createRandom(from + index);
      const operation = randomOperation(engine.apiSchema, random, namesFor(random));
      const prepared = engine.prepare(operation.text);
      if (prepared.kind === 'prepared') void prepared.planAhead();
      return operation;
    });
    for (const [index, { text, variables }] of batch.entries()) {
      const problem = `seed ${from + index}\n${text}\n${JSON.stringify(variables)}`;
      yield { text, variables, problem };
    }
  }
}
