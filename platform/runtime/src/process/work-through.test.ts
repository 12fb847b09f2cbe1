import { expect, test } from 'vitest';
import { workThrough } from './work-through.ts';

/** What is due, as a store returns it: in order, without what is done. */
function dueOf(count: number) {
  const due = Array.from({ length: count }, (_, index) => index);
  const limits: number[] = [];
  return {
    due,
    limits,
    read: async (limit: number) => {
      limits.push(limit);
      return due.slice(0, limit);
    },
    end: (item: number) => due.splice(due.indexOf(item), 1),
  };
}

test('all that is due is done, some at a time', async () => {
  const { due, limits, read, end } = dueOf(25);
  expect(await workThrough({ read, work: async (item) => end(item), atOnce: 10 })).toBe(25);
  expect(due).toEqual([]);
  expect(limits).toEqual([10, 10, 10]);
});

test.each([1, 10, 35])('the first %i that fail hold up none behind them', async (many) => {
  const { due, read, end } = dueOf(60);
  const tries = new Map<number, number>();
  const working = workThrough({
    read,
    work: async (item) => {
      tries.set(item, (tries.get(item) ?? 0) + 1);
      if (item < many) throw new Error(`No ${item}`);
      end(item);
    },
    atOnce: 10,
  });
  await expect(working).rejects.toThrow(`${many} of 60 could not be done.`);
  expect(due).toEqual(Array.from({ length: many }, (_, index) => index));
  expect(new Set(tries.values())).toEqual(new Set([1]));
});

test('what stays due although it was done ends it all the same', async () => {
  const { read } = dueOf(30);
  expect(await workThrough({ read, work: async () => {}, atOnce: 10 })).toBe(30);
});

test('it stops between two items', async () => {
  const { due, read, end } = dueOf(30);
  const stopping = new AbortController();
  const work = async (item: number) => {
    end(item);
    if (due.length === 12) stopping.abort();
  };
  await workThrough({ read, work, atOnce: 10, stopping: stopping.signal });
  expect(due).toHaveLength(12);
});

test('a store that cannot be read is reported at once', async () => {
  const read = () => Promise.reject(new Error('away'));
  await expect(workThrough({ read, work: async () => {} })).rejects.toThrow('away');
});

test('a reader in the order of a key goes on behind the last item that it gave', async () => {
  const { due, end } = dueOf(25);
  const places: (number | null)[] = [];
  const read = async (limit: number, after: number | null) => {
    places.push(after);
    return due.filter((item) => item > (after ?? -1)).slice(0, limit);
  };
  const work = async (item: number) => {
    if (item % 7 === 3) throw new Error(`No ${item}`);
    end(item);
  };
  await expect(workThrough({ read, work, atOnce: 10 })).rejects.toThrow('4 of 25');
  expect(due).toEqual([3, 10, 17, 24]);
  expect(places).toEqual([null, 9, 20]);
});
