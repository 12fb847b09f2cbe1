import { type ExecutionResult, GraphQLError } from 'graphql';
import { pullIterator } from '../async/pull-iterator.ts';
import { createFairTurns } from '../process/fair-turns.ts';

type Results = AsyncIterableIterator<ExecutionResult>;

/** Whose a result is, by the place among those named, and whether it is their last. */
export interface JoinedMark {
  readonly viewer: number;
  readonly isLast: boolean;
}

export interface JoinedOptions {
  /** Milliseconds after which a viewer's part ends, wherever it is, as it cannot be left for itself. */
  readonly longestMs?: number;
  /** Viewers who are authorised at a time. */
  readonly atOnce?: number;
}

/**
 * One subscription for several viewers who join the same thing, each let in or refused for themselves and
 * sent what they have missed. A viewer's part ends with the item from which on they see what everybody
 * sees: the gateway has that from its shared subscription. A viewer's next result is read when the one before
 * it has been taken.
 */
export function joinedSubscription<Asker>(
  viewers: readonly Asker[],
  subscribe: (viewer: Asker, index: number) => Promise<Results | ExecutionResult>,
  { longestMs = 10_000, atOnce = 50 }: JoinedOptions = {},
): Results {
  const turns = createFairTurns({ atOnce });
  /** Results that nobody has asked for yet, at most one of each viewer. */
  const waiting: { readonly result: ExecutionResult; readonly taken: () => void }[] = [];
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
    resolve(next?.result ?? null);
    next?.taken();
  };
  const emit = (result: ExecutionResult, joined: JoinedMark): Promise<void> =>
    new Promise((taken) => {
      if (isLeft) return taken();
      waiting.push({ result: withMark(result, joined), taken });
      handOver();
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
        await emit(result, { viewer, isLast });
        if (isLast || isLeft) return;
      }
      await emit(isLate ? NOT_NOW : {}, { viewer, isLast: true });
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
    return Symbol.asyncIterator in results
      ? follow(results, index)
      : emit(results, { viewer: index, isLast: true });
  };
  for (const [index, viewer] of viewers.entries()) {
    void join(viewer, index)
      // Why it cannot be opened is a result; this is for what breaks on the way.
      .catch(() => emit(NOT_NOW, { viewer: index, isLast: true }))
      .finally(() => {
        running -= 1;
        handOver();
      });
  }
  return pullIterator<ExecutionResult>({
    next: () =>
      new Promise((resolve) => {
        asked = resolve;
        handOver();
      }),
    leave: () => {
      isLeft = true;
      for (const { taken } of waiting.splice(0)) taken();
      for (const results of open) void results.return?.();
      handOver();
    },
  });
}

const withMark = (result: ExecutionResult, joined: JoinedMark): ExecutionResult => ({
  ...result,
  extensions: { ...result.extensions, joined },
});

const isShared = ({ extensions }: ExecutionResult): boolean =>
  (extensions?.stream as { shared?: unknown } | undefined)?.shared === true;

/** They wait for each other, as they ask by one request. */
const ALL = 'all';

/** What has the gateway ask again for a viewer, behind what it has. */
const NOT_NOW: ExecutionResult = {
  errors: [
    new GraphQLError('This is not available right now; try again.', {
      extensions: { code: 'SERVICE_UNAVAILABLE', category: 'UNAVAILABLE' },
    }),
  ],
};
