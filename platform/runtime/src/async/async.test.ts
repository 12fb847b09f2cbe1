import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mapped, pullIterator, stoppable, within } from './index.ts';

const never = () => new Promise<never>(() => {});

async function* count(to: number): AsyncGenerator<number, void, undefined> {
  for (let number = 1; number <= to; number += 1) yield number;
}
const all = async <Item>(items: AsyncIterable<Item>) => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};

describe('a stoppable generator', () => {
  test('gives its items and says once that it is over', async () => {
    let times = 0;
    const items = stoppable(() => count(3), {
      onOver: () => {
        times += 1;
      },
    });
    expect(await all(items)).toEqual([1, 2, 3]);
    await items.return?.();
    expect([times, await items.next()]).toEqual([1, { done: true, value: undefined }]);
  });

  test('is left while it waits for what may never come, and lets go of what it holds', async () => {
    let isHolding = true;
    const items = stoppable(async function* (signal) {
      yield 1;
      signal.addEventListener('abort', () => {
        isHolding = false;
      });
      await never();
    });
    await items.next();
    const pending = items.next();
    await items.return?.();
    expect([(await pending).done, isHolding]).toEqual([true, false]);
  });

  test('the naive way, leaving the generator itself, waits for ever (mutant)', async () => {
    const items = (async function* () {
      yield 1;
      await never();
    })();
    await items.next();
    const pending = items.next();
    let isLeft = false;
    items.return().then(
      () => {
        isLeft = true;
      },
      () => {},
    );
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect([isLeft, await Promise.race([pending, turn('waits')])]).toEqual([false, 'waits']);
  });

  test('what it fails with comes to whoever waits', async () => {
    let isOver = false;
    const failing = stoppable(
      // biome-ignore lint/correctness/useYield: it fails before it has anything to give
      async function* (): AsyncGenerator<number, void, undefined> {
        throw new Error('broken');
      },
      {
        onOver: () => {
          isOver = true;
        },
      },
    );
    await expect(failing.next()).rejects.toThrow('broken');
    expect(isOver).toBe(true);
  });
});

describe('mapped items', () => {
  test('come as they are made, without those for which there is nothing', async () => {
    const odd = mapped(count(5), (number) => (number % 2 === 1 ? `${number}` : null));
    expect(await all(odd)).toEqual(['1', '3', '5']);
  });

  test('when one cannot be made, the source is left', async () => {
    let isLeft = false;
    const source = pullIterator({
      next: async () => 1,
      leave: () => {
        isLeft = true;
      },
    });
    const items = mapped(source, () => {
      throw new Error('cannot be made');
    });
    await expect(items.next()).rejects.toThrow('cannot be made');
    expect(isLeft).toBe(true);
  });

  test('whoever waits for them gets what the source fails with', async () => {
    let isOver = false;
    const source = { next: () => Promise.reject(new Error('lost')) };
    const items = mapped(
      source,
      () => 1,
      () => {
        isOver = true;
      },
    );
    await expect(items.next()).rejects.toThrow('lost');
    expect(isOver).toBe(true);
  });
});

describe('work within a time', () => {
  test.each([
    ['that is done', Promise.resolve('done'), 60_000, 'done'],
    ['that takes too long', never(), 1, 'late'],
    ['that has no time at all', never(), -5, 'late'],
    ['for which there is all the time', Promise.resolve('done'), Number.POSITIVE_INFINITY, 'done'],
  ])('%s', async (_, work, milliseconds, expected) => {
    expect(await within(milliseconds, work, () => 'late')).toBe(expected);
  });

  test('being late may be an error, and work that fails in time is one', async () => {
    const late = () => {
      throw new Error('too late');
    };
    await expect(within(1, never(), late)).rejects.toThrow('too late');
    await expect(within(60_000, Promise.reject(new Error('broken')), late)).rejects.toThrow(
      'broken',
    );
  });

  test('a signal ends the waiting, and keeps no listener', async () => {
    const leaving = new AbortController();
    const { signal } = leaving;
    await within(60_000, Promise.resolve(), () => {}, signal);
    await turn();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const waiting = within(60_000, never(), () => 'left', signal);
    leaving.abort();
    expect(await waiting).toBe('left');
    expect(await within(60_000, never(), () => 'left', signal)).toBe('left');
  });
});
