import { pullIterator } from './pull-iterator.ts';

type Source<In> = Pick<AsyncIterator<In, unknown, undefined>, 'next' | 'return'>;

/**
 * Maps each item of a source, and leaves out those for which `map` returns null. When `map` fails, the source
 * is closed. `onOver` is called once: when nothing more comes, or when the consumer has left.
 */
export function mapped<In, Out extends {}>(
  source: Source<In>,
  map: (item: In) => Promise<Out | null> | Out | null,
  onOver: () => void = () => {},
): AsyncIterableIterator<Out, undefined, undefined> {
  let isOver = false;
  const over = () => {
    if (isOver) return;
    isOver = true;
    onOver();
  };
  const mapOrLeave = async (item: In): Promise<Out | null> => {
    try {
      return await map(item);
    } catch (error) {
      await source.return?.();
      throw error;
    }
  };
  const next = async (): Promise<Out | null> => {
    for (;;) {
      const { done, value } = await source.next();
      if (done) return null;
      const out = await mapOrLeave(value);
      if (out !== null) return out;
    }
  };
  return pullIterator({
    next: async () => {
      try {
        const out = await next();
        if (out === null) over();
        return out;
      } catch (error) {
        over();
        throw error;
      }
    },
    leave: async () => {
      over();
      await source.return?.();
    },
  });
}
