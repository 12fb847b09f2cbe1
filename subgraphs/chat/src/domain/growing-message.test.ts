import { expect, test } from 'vitest';
import { grownText } from './growing-message.ts';

const path = ['input', 'text'];
const grow = (pieces: readonly string[]) =>
  pieces.reduce((before, piece, index) => {
    const isLast = index === pieces.length - 1;
    return grownText(before, piece, { isLast, path });
  }, '');

/** Cut between code points, as whoever sends a piece may cut: half a surrogate pair is no text. */
const cutsOf = (text: string) =>
  [...text].map((_, at, points) => [points.slice(0, at).join(''), points.slice(at).join('')]);

test.each(['family 👨‍👩‍👧‍👦 here', 'two letters 🇸🇪 and e\u0301', 'two words\r\n  and a line'])(
  '%s is the same, wherever it is cut',
  (text) => {
    const whole = grownText('', text, { isLast: true, path });
    for (const [left = '', right = ''] of cutsOf(text)) {
      if (left.trim() !== '') expect([left, grow([left, right])]).toEqual([left, whole]);
    }
  },
);

test('a flag emoji is kept whole, and a piece that ends inside one is refused', () => {
  const text = 'flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿 here';
  for (const [left = '', right = ''] of cutsOf(text)) {
    if (left.trim() === '') continue;
    try {
      expect(grow([left, right])).toBe(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  }
});

test('white space between pieces stays, and at the end is gone', () => {
  expect(grow(['Hello', ' ', 'world', '.\n', '\n', 'So. ', ''])).toBe('Hello world.\n\nSo.');
});

test.each([
  ['an overridden direction', 'a\u202eb'],
  ['a control character', 'a\u0007'],
  ['more than any message', 'a'.repeat(4_000)],
  ['nothing, before the last', ''],
])('%s is refused as elsewhere', (_, piece) => {
  expect(() => grownText('said', piece, { isLast: false, path })).toThrow();
});
