import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRenderedTexts, type RenderedText } from './rendered-texts.ts';

const message = (id: string, given: Partial<RenderedText> = {}): RenderedText => ({
  ...{ id, revision: 1, growth: 0, text: id },
  ...given,
});
const ofNobody = () => null;

/** Texts that each take a number of milliseconds of a clock that otherwise stands still. */
function rendering(takesMs: number) {
  let at = 0;
  const rendered: string[] = [];
  const texts = createRenderedTexts({
    now: () => at,
    render: (text) => {
      at += takesMs;
      rendered.push(text);
      return `<p>${text}</p>`;
    },
  });
  return { texts, rendered };
}

test('a message is rendered once, however often it is requested, and again when its text changed', async () => {
  const { texts, rendered } = rendering(0);
  const asked = await Promise.all(
    Array.from({ length: 10 }, () => texts.htmlOf(message('a'), ofNobody)),
  );
  expect(new Set(asked)).toEqual(new Set(['<p>a</p>']));
  expect(await texts.htmlOf(message('a'), ofNobody)).toBe('<p>a</p>');
  await texts.htmlOf(message('a', { revision: 2, text: 'edited' }), ofNobody);
  await texts.htmlOf(message('a', { revision: 2, growth: 1, text: 'grown' }), ofNobody);
  expect(rendered).toEqual(['a', 'edited', 'grown']);
});

test('between texts that take long others have the event loop, and short ones share a turn', async () => {
  const turnsOf = async (takesMs: number) => {
    const { texts, rendered } = rendering(takesMs);
    const all = Promise.all(
      Array.from({ length: 20 }, (_, index) => texts.htmlOf(message(`m${index}`), ofNobody)),
    );
    let turns = 0;
    for (; rendered.length < 20; turns += 1) await nextTurn();
    await all;
    return turns;
  };
  expect(await turnsOf(5)).toBeGreaterThanOrEqual(20);
  expect(await turnsOf(0)).toBeLessThanOrEqual(2);
});

test('a text that cannot be rendered fails by itself, and the others after it are rendered', async () => {
  const texts = createRenderedTexts({
    render: (text) => {
      if (text === 'bad') throw new Error('cannot');
      return text;
    },
  });
  const asked = ['a', 'bad', 'c'].map((id) => texts.htmlOf(message(id), ofNobody));
  const settled = await Promise.allSettled(asked);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
