import type { ExecutionResult } from 'graphql';
import { pullIterator } from '../async/pull-iterator.ts';
import { isBareMark, markOf, writtenMark } from '../events/stream-marks.ts';

export interface ResultsOptions {
  /** Results carry the marks of their items; without this, items that consist of a mark only are left out. */
  marks: boolean;
  /** The result that is sent for an item; never rejects, whatever the item contains. */
  answer(item: unknown): Promise<ExecutionResult>;
  failure(error: unknown): ExecutionResult;
  /** Called once, whichever side ends it. */
  onEnd?(): void;
}

/**
 * The results of a subscription's source. When the source fails it ends with a final, masked result: an
 * exception would close the one socket that a gateway shares among all its subscriptions.
 */
export function resultsOf(
  source: AsyncIterator<unknown, unknown, undefined>,
  { marks, answer, failure, onEnd }: ResultsOptions,
): AsyncIterableIterator<ExecutionResult> {
  let ended = false;
  const end = () => {
    if (!ended) onEnd?.();
    ended = true;
  };
  const nextResult = async (): Promise<ExecutionResult | null> => {
    for (;;) {
      const { done, value: item } = await source.next();
      if (done) return null;
      const isBare = isBareMark(item);
      if (isBare && !marks) continue;
      const result = isBare ? {} : await answer(item);
      // Read last: showing the item is a step of its trace.
      const mark = marks ? markOf(item) : undefined;
      if (!mark) return result;
      return { ...result, extensions: { ...result.extensions, stream: writtenMark(mark) } };
    }
  };
  return pullIterator({
    next: async () => {
      if (ended) return null;
      try {
        const result = await nextResult();
        if (!result) end();
        return result;
      } catch (error) {
        end();
        return failure(error);
      }
    },
    leave: () => {
      end();
      return source.return?.();
    },
  });
}
