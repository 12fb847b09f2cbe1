import { type ExecutionResult, GraphQLError } from 'graphql';
import { pullIterator } from '../async/pull-iterator.ts';
import { createFairTurns } from '../process/fair-turns.ts';

type Results = AsyncIterableIterator<ExecutionResult>;

/** The viewers of a result, by their index in the request, and whether it is their last. */
export type JoinedMark =
  | { readonly viewer: number; readonly isLast: boolean }
  /** For a gateway that understands results for several viewers: it is the last one of each of them. */
  | { readonly viewers: readonly number[]; readonly isLast: true };

export interface JoinedOptions {
  /**
   * Milliseconds after which a viewer's part ends wherever it is, since a single viewer cannot unsubscribe.
   */
  readonly longestMs?: number;
  /** Viewers who are authorised at a time. */
  readonly atOnce?: number;
  /**
   * Whether a result may be sent for several viewers at once: the item that lets in is the same for most who
   * join together.
   */
  readonly isGrouped?: boolean;
}

/** A result that has not been requested yet. */
interface Waiting {
  readonly result: ExecutionResult;
  readonly viewer: number;
  readonly isLast: boolean;
  readonly taken: () => void;
}

/**
 * One subscription for several viewers who join the same stream, each of whom is let in or refused separately
 * and sent what they have missed. A viewer's part ends with the item from which on they see what everybody
 * sees: the gateway has that from its shared subscription. A viewer's next result is read when the previous
 * one has been taken.
 */
export function joinedSubscription<Asker>(
  viewers: readonly Asker[],
  subscribe: (viewer: Asker, index: number) => Promise<Results | ExecutionResult>,
  { longestMs = 10_000, atOnce = 50, isGrouped = false }: JoinedOptions = {},
): Results {
  const turns = createFairTurns({ atOnce });
  /** At most one per viewer. */
  let waiting: Waiting[] = [];
  let asked: ((result: ExecutionResult | null) => void) | null = null;
  const open = new Set<Results>();
  let running = viewers.length;
  let isLeft = false;

  const handOver = (): void => {
    if (!asked) return;
    const next = waiting.shift();
    if (!next && running > 0 && !isLeft) return;
    const resolve = asked;
    asked = null;
    if (!next) {
      resolve(null);
      return;
    }
    const isForSeveral = isGrouped && isShared(next.result);
    const together = isForSeveral ? [next, ...takeEqualTo(next)] : [next];
    resolve(markedFor(together));
    for (const { taken } of together) taken();
  };
  /** Viewers who are let in by the same item as the first, which is the last one of each. */
  const takeEqualTo = (first: Waiting): Waiting[] => {
    const others = waiting;
    if (!others.some(({ result }) => isShared(result))) return [];
    const text = JSON.stringify(first.result);
    const isEqual = ({ result }: Waiting): boolean =>
      isShared(result) && JSON.stringify(result) === text;
    const equal = new Set(others.filter(isEqual));
    waiting = others.filter((other) => !equal.has(other));
    return [...equal];
  };
  let isDue = false;
  /** At the end of the turn in which results are collected. */
  const handOverSoon = (): void => {
    if (isDue) return;
    if (!isGrouped) {
      handOver();
      return;
    }
    isDue = true;
    setImmediate(() => {
      isDue = false;
      handOver();
    });
  };
  const emit = (result: ExecutionResult, viewer: number, isLast: boolean): Promise<void> =>
    new Promise((taken) => {
      if (isLeft) return taken();
      waiting.push({ result, viewer, isLast, taken });
      handOverSoon();
    });
  const follow = async (results: Results, viewer: number): Promise<void> => {
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      void results.return?.();
    }, longestMs).unref();
    open.add(results);
    try {
      if (isLeft) return;
      for await (const result of results) {
        if (isLeft || isLate) break;
        const isLast = isShared(result);
        await emit(result, viewer, isLast);
        if (isLast || isLeft) return;
      }
      await emit(isLate ? NOT_NOW : {}, viewer, true);
    } finally {
      clearTimeout(late);
      open.delete(results);
      await results.return?.();
    }
  };
  const join = async (viewer: Asker, index: number): Promise<void> => {
    const results = await turns.run<Results | ExecutionResult>(ALL, async () =>
      isLeft ? {} : subscribe(viewer, index),
    );
    return Symbol.asyncIterator in results ? follow(results, index) : emit(results, index, true);
  };
  for (const [index, viewer] of viewers.entries()) {
    void join(viewer, index)
      // A refusal is a result; this handles errors that happen later.
      .catch(() => emit(NOT_NOW, index, true))
      .finally(() => {
        running -= 1;
        handOverSoon();
      });
  }
  return pullIterator<ExecutionResult>({
    next: () =>
      new Promise((resolve) => {
        asked = resolve;
        handOverSoon();
      }),
    leave: () => {
      isLeft = true;
      for (const { taken } of waiting.splice(0)) taken();
      for (const results of open) void results.return?.();
      handOver();
    },
  });
}

function markedFor(together: readonly Waiting[]): ExecutionResult {
  const [{ result, viewer, isLast }] = together as [Waiting];
  const viewers = together.map((one) => one.viewer);
  const joined: JoinedMark = viewers.length > 1 ? { viewers, isLast: true } : { viewer, isLast };
  return { ...result, extensions: { ...result.extensions, joined } };
}

const isShared = ({ extensions }: ExecutionResult): boolean =>
  (extensions?.stream as { shared?: unknown } | undefined)?.shared === true;

/** They wait for each other, since they are in one request. */
const ALL = 'all';

/** Makes the gateway ask again for a viewer, behind what it has. */
const NOT_NOW: ExecutionResult = {
  errors: [
    new GraphQLError('This is not available right now; try again.', {
      extensions: { code: 'SERVICE_UNAVAILABLE', category: 'UNAVAILABLE' },
    }),
  ],
};
