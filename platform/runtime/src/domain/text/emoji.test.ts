import { expect, test } from 'vitest';
import { emojiOf } from './emoji.ts';

test.each([
  ['❤️', ['\u2764', '\u2764\uFE0F', '\u2764\uFE0E', ' \u2764 ']],
  [
    '👁️‍🗨️',
    [
      '\u{1F441}\u200D\u{1F5E8}',
      '\u{1F441}\uFE0F\u200D\u{1F5E8}\uFE0F',
      '\u{1F441}\uFE0F\u200D\u{1F5E8}',
    ],
  ],
  ['🏳️‍🌈', ['\u{1F3F3}\u200D\u{1F308}']],
  ['❤️‍🔥', ['\u2764\u200D\u{1F525}']],
  ['1️⃣', ['1\u20E3', '1\uFE0F\u20E3']],
  ['©️', ['©']],
  ['☝🏽', ['\u261D\u{1F3FD}', '\u261D\uFE0F\u{1F3FD}']],
  ['👩🏽‍❤️‍👨🏿', ['\u{1F469}\u{1F3FD}\u200D\u2764\u200D\u{1F468}\u{1F3FF}']],
])('%s is one emoji in whatever encoding', (emoji, encodings) => {
  expect([emoji, ...encodings].map(emojiOf)).toEqual([emoji, ...encodings].map(() => emoji));
});

test.each(['👍', '👍🏿', '👨‍👩‍👧‍👦', '🇵🇹', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '😀', '⌚'])('%s is one already', (emoji) => {
  expect(emojiOf(emoji)).toBe(emoji);
});

test.each([
  '',
  ' ',
  'a',
  '1',
  '👍👍',
  '👍a',
  ':heart:',
  '\uFE0F',
  '\u200D',
  '🇵',
  '👨‍',
  '\u{1F3FD}x',
])('“%s” is none', (text) => {
  expect(emojiOf(text)).toBeNull();
});
