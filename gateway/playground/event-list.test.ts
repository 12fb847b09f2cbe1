import { expect, test } from 'vitest';
import { eventList } from './event-list.ts';

const at = () => new Date(2026, 0, 1, 12, 0, 0);
async function* results(...values: object[]) {
  for (const value of values) yield value;
}

test('each event stays, with its data, the newest on top', async () => {
  const seen = [];
  for await (const list of eventList(results({ data: 1 }, { data: 2 }, { errors: [3] }), at)) {
    seen.push(list);
  }
  expect(seen.at(-1)).toEqual({
    received: 3,
    events: [
      { at: '12:00:00', errors: [3] },
      { at: '12:00:00', data: 2 },
      { at: '12:00:00', data: 1 },
    ],
  });
});

test('only a limited number of events is kept, and all are counted', async () => {
  const many = Array.from({ length: 500 }, (_, data) => ({ data }));
  let last: { received: number; events: readonly object[] } | undefined;
  for await (const list of eventList(results(...many), at)) last = list;
  expect(last?.received).toBe(500);
  expect(last?.events).toHaveLength(200);
  expect(last?.events[0]).toMatchObject({ data: 499 });
});

test('one can leave while waiting for the next', async () => {
  let left = false;
  const never: AsyncIterable<object> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        left = true;
        return { value: undefined, done: true };
      },
    }),
  };
  const list = eventList(never, at);
  list.next().catch(() => {});
  await list.return?.();
  expect(left).toBe(true);
});
