import { setImmediate as nextTurn } from 'node:timers/promises';
import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { createGathering } from './gathering.ts';

/** Those who ask, by what they ask and who they are, and the requests that they went in. */
function gathering(atMost = 100) {
  const sent: { readonly together: readonly string[]; answer(): void }[] = [];
  const ask = createGathering<string>({
    questionOf: ([question = '']) => question,
    atMost,
    send: (together) => new Promise((answer) => void sent.push({ together, answer })),
  });
  const requests = () => sent.map(({ together }) => together.join(' '));
  return { ask, sent, requests };
}

test('equal requests of one turn are sent together, up to the limit', async () => {
  const { ask, requests } = gathering(2);
  for (const one of ['a1', 'b1', 'a2', 'a3']) ask(one);
  await until(() => requests().length === 3);
  expect(requests()).toEqual(['a1 a2', 'a3', 'b1']);
});

test('subscribers who arrive during a pending request go together in the next one', async () => {
  const { ask, sent, requests } = gathering();
  ask('a1');
  await until(() => sent.length === 1);
  ask('a2');
  ask('b1');
  // Others ask something else: nobody waits for those.
  await until(() => sent.length === 2);
  ask('a3');
  sent[0]?.answer();
  await until(() => sent.length === 3);
  expect(requests()).toEqual(['a1', 'b1', 'a2 a3']);
  sent[2]?.answer();
  await nextTurn();
  ask('a4');
  await until(() => sent.length === 4);
  expect(requests().at(-1)).toBe('a4');
});

test('subscribers behind a request that is never answered still go', async () => {
  const { ask, requests } = gathering();
  for (const one of ['a1', 'a2', 'a3']) {
    ask(one);
    await until(() => requests().includes(one));
  }
  expect(requests()).toEqual(['a1', 'a2', 'a3']);
});
