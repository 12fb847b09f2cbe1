import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ColdAsker, createColdTurns } from './cold-turns.ts';

/** As a request is: an object that is asked, not a function by itself. */
class Asker implements ColdAsker {
  readonly row: string;
  readonly #answer: () => boolean;

  constructor(row: string, answer: () => boolean) {
    this.row = row;
    this.#answer = answer;
  }

  isWanted(): boolean {
    return this.#answer();
  }
}

const ASKER = { row: 'one', isWanted: () => true };

/** Turns with a clock that only work moves. */
function turnsWithClock() {
  let clock = 0;
  const turns = createColdTurns({ sliceMs: 5, now: () => clock });
  const done: string[] = [];
  const ask = (name: string, takes: number, row = 'one', isWanted = () => true) =>
    turns.run(new Asker(row, isWanted), () => {
      clock += takes;
      done.push(name);
      return name;
    });
  return { turns, ask, done };
}

test('work that fits into a turn runs at once; the rest runs in order, turn by turn', async () => {
  const { ask, done } = turnsWithClock();
  const given = Array.from({ length: 6 }, (_, n) => ask(`${n}`, 3));
  expect(done).toEqual(['0', '1']);
  expect(given.map((it) => it instanceof Promise)).toEqual([false, false, true, true, true, true]);
  await nextTurn();
  expect(done).toEqual(['0', '1', '2', '3']);
  await Promise.all(given);
  expect(done).toEqual(['0', '1', '2', '3', '4', '5']);
});

test('the event loop runs between two turns, however many wait', async () => {
  const { ask, done } = turnsWithClock();
  const crowd = Array.from({ length: 200 }, (_, n) => ask(`cold ${n}`, 6));
  await nextTurn();
  done.push('what came meanwhile');
  await Promise.all(crowd);
  expect(done.indexOf('what came meanwhile')).toBeLessThan(4);
  expect(done).toHaveLength(201);
});

test('a newcomer does not overtake those who wait', async () => {
  const { ask, done } = turnsWithClock();
  ask('first', 6);
  const second = ask('second', 1);
  const third = ask('third', 1);
  await Promise.all([second, third]);
  expect(done).toEqual(['first', 'second', 'third']);
});

test('one that fails does not affect the others', async () => {
  const { turns, ask, done } = turnsWithClock();
  ask('first', 6);
  const failing = turns.run(ASKER, () => {
    throw new Error('of its own');
  });
  const next = ask('next', 1);
  await expect(failing).rejects.toThrow('of its own');
  await next;
  expect(done).toEqual(['first', 'next']);
  expect(() =>
    createColdTurns().run(ASKER, () => {
      throw new Error('at once');
    }),
  ).toThrow('at once');
});

test('the next turn of the event loop has time for such work again', async () => {
  const { ask } = turnsWithClock();
  expect(ask('first', 6)).toBe('first');
  await nextTurn();
  await nextTurn();
  expect(ask('second', 6)).toBe('second');
});

test('another address has its turn, however many requests of the first wait; too many are refused', async () => {
  const { ask, done } = turnsWithClock();
  const flood = Array.from({ length: 10_000 }, (_, n) => ask(`flood ${n}`, 6));
  expect(flood.filter((it) => it === null).length).toBe(10_000 - 201);
  const other = ask('other', 6, 'another');
  await other;
  expect(done.indexOf('other')).toBeLessThan(4);
  await Promise.all(flood);
  expect(done).toHaveLength(202);
});

test('a limited number waits over all addresses, and a refused operation succeeds when there is room again', async () => {
  const { ask, done } = turnsWithClock();
  const crowd = Array.from({ length: 1_500 }, (_, n) => ask(`${n}`, 6, `row ${n}`));
  expect(crowd.filter((it) => it === null).length).toBe(1_500 - 1_001);
  await Promise.all(crowd);
  await ask('later', 6, 'row 1400');
  expect(done).toHaveLength(1_002);
});

test('cancelled work is not done', async () => {
  const { ask, done } = turnsWithClock();
  ask('first', 6);
  const left = ask('left', 6, 'one', () => false);
  const stayed = ask('stayed', 6);
  expect(await left).toBeNull();
  await stayed;
  expect(done).toEqual(['first', 'stayed']);
});
