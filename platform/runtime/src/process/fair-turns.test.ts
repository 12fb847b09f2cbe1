import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFairTurns, type FairTurns } from './fair-turns.ts';

/** Everything at once, as it comes. */
const noTurns = (): FairTurns => ({ waiting: 0, run: (_, work) => work() });

/** Pieces that are done on a later turn of the event loop, and how many began in the same turn. */
function workshop({ run }: FairTurns) {
  let round = 0;
  let isOpen = true;
  const began: { who: string; round: number }[] = [];
  const count = () => {
    round += 1;
    if (isOpen) setImmediate(count);
  };
  setImmediate(count);
  return {
    began,
    ask: (who: string) =>
      run(who, async () => {
        began.push({ who, round });
        await turn();
      }),
    mostInOneRound: () => {
      const rounds = new Map<number, number>();
      for (const each of began) rounds.set(each.round, (rounds.get(each.round) ?? 0) + 1);
      return Math.max(...rounds.values());
    },
    [Symbol.dispose]: () => {
      isOpen = false;
    },
  };
}

const mostOfManyAtOnce = async (turns: FairTurns) => {
  using shop = workshop(turns);
  await Promise.all(Array.from({ length: 500 }, () => shop.ask('greedy')));
  return shop.mostInOneRound();
};

test('of one viewer’s many pieces only a few are begun before the event loop goes round', async () => {
  expect(await mostOfManyAtOnce(createFairTurns())).toBeLessThanOrEqual(8);
});

test('all at once is caught by the test above', async () => {
  expect(await mostOfManyAtOnce(noTurns())).toBe(500);
});

test('who asks for little is served at once, whatever others have waiting', async () => {
  using shop = workshop(createFairTurns());
  const greedy = Array.from({ length: 200 }, () => shop.ask('greedy'));
  await Promise.all(Array.from({ length: 100 }, (_, index) => shop.ask(`modest ${index}`)));
  expect(shop.began.filter(({ who }) => who === 'greedy').length).toBeLessThan(50);
  await Promise.all(greedy);
  expect(shop.began).toHaveLength(300);
});

test('two who have much waiting get on alike', async () => {
  using shop = workshop(createFairTurns({ sliceMs: 0 }));
  const all = ['a', 'b'].flatMap((who) => Array.from({ length: 100 }, () => shop.ask(who)));
  await Promise.all(all);
  const half = shop.began.slice(0, 100).filter(({ who }) => who === 'a').length;
  expect(half).toBeGreaterThan(40);
  expect(half).toBeLessThan(60);
});

test('a piece that fails takes no turn from those behind it', async () => {
  const { run } = createFairTurns({ atOnce: 1 });
  const failing = Array.from({ length: 5 }, () =>
    run('a', async () => {
      throw new Error('no');
    }),
  );
  const last = run('a', async () => 'done');
  expect((await Promise.allSettled(failing)).every(({ status }) => status === 'rejected')).toBe(
    true,
  );
  expect(await last).toBe('done');
});
