import { type ExecutionResult, GraphQLError } from 'graphql';
import { pullIterator } from '../async/pull-iterator.ts';
import type { Viewer } from '../domain/viewer.ts';

type Results = AsyncIterableIterator<ExecutionResult>;

/** Whose a result is, by the place among those named, and whether it is their last. */
export interface JoinedMark {
  readonly viewer: number;
  readonly isLast: boolean;
}

/**
 * One subscription for several viewers who join the same thing, each let in or refused for themselves and
 * told what they have missed. A viewer's part ends with the item from which on they see what everybody
 * sees: the gateway has that from its shared subscription. Nothing is read ahead of who is told.
 */
export function joinedSubscription(
  viewers: readonly Viewer[],
  subscribe: (viewer: Viewer, index: number) => Promise<Results | ExecutionResult>,
): Results {
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
  const tell = (result: ExecutionResult, joined: JoinedMark): Promise<void> =>
    new Promise((taken) => {
      if (isLeft) return taken();
      waiting.push({ result: withMark(result, joined), taken });
      handOver();
    });
  const join = async (viewer: Viewer, index: number): Promise<void> => {
    const results = await subscribe(viewer, index);
    if (!(Symbol.asyncIterator in results)) return tell(results, { viewer: index, isLast: true });
    open.add(results);
    try {
      if (isLeft) return;
      for await (const result of results) {
        const isLast = isShared(result);
        await tell(result, { viewer: index, isLast });
        if (isLast || isLeft) return;
      }
      if (!isLeft) await tell({}, { viewer: index, isLast: true });
    } finally {
      open.delete(results);
      await results.return?.();
    }
  };
  for (const [index, viewer] of viewers.entries()) {
    void join(viewer, index)
      // Why it cannot be opened is a result; this is for what breaks on the way.
      .catch(() => tell({ errors: [broken()] }, { viewer: index, isLast: true }))
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

/** Has the gateway ask again for this viewer. */
const broken = () =>
  new GraphQLError('This is not available right now; try again.', {
    extensions: { code: 'SERVICE_UNAVAILABLE', category: 'UNAVAILABLE' },
  });
