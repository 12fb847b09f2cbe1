import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createColdTurns } from './cold-turns.ts';

/** Turns whose clock is moved by the work alone. */
function turnsWithClock() {
  let clock = 0;
  const turns = createColdTurns({ sliceMs: 5, now: () => clock });
  const done: string[] = [];
  const ask = (name: string, takes: number) =>
    turns.run(() => {
      clock += takes;
      done.push(name);
      return name;
    });
  return { turns, ask, done };
}

test('what fits into a turn is done at once; what does not is done in order, turn by turn', async () => {
  const { ask, done } = turnsWithClock();
  const given = Array.from({ length: 6 }, (_, n) => ask(`${n}`, 3));
  expect(done).toEqual(['0', '1']);
  expect(given.map((it) => it instanceof Promise)).toEqual([false, false, true, true, true, true]);
  await nextTurn();
  expect(done).toEqual(['0', '1', '2', '3']);
  await Promise.all(given);
  expect(done).toEqual(['0', '1', '2', '3', '4', '5']);
});

test('between two turns the event loop goes round, however many wait', async () => {
  const { ask, done } = turnsWithClock();
  const crowd = Array.from({ length: 200 }, (_, n) => ask(`cold ${n}`, 6));
  await nextTurn();
  done.push('what came meanwhile');
  await Promise.all(crowd);
  expect(done.indexOf('what came meanwhile')).toBeLessThan(4);
  expect(done).toHaveLength(201);
});

test('who comes when somebody waits does not get in before them', async () => {
  const { ask, done } = turnsWithClock();
  ask('first', 6);
  const second = ask('second', 1);
  const third = ask('third', 1);
  await Promise.all([second, third]);
  expect(done).toEqual(['first', 'second', 'third']);
});

test('one that fails fails alone', async () => {
  const { turns, ask, done } = turnsWithClock();
  ask('first', 6);
  const failing = turns.run(() => {
    throw new Error('of its own');
  });
  const next = ask('next', 1);
  await expect(failing).rejects.toThrow('of its own');
  await next;
  expect(done).toEqual(['first', 'next']);
  expect(() =>
    createColdTurns().run(() => {
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
