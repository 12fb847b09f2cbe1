import { expect, test } from 'vitest';
import { highlightsOf } from './highlights.ts';

test.each([
  ['A “woven” rug, WOVEN', 'wov', ['woven', 'WOVEN']],
  ['Crème brûlée', 'brulee creme', ['Crème', 'brûlée']],
  ['Die Straße', 'strasse', ['Straße']],
  ['👩‍👩‍👧 Ångström 👍', 'angstrom', ['Ångström']],
  ['東京の湯呑み', '湯呑み', ['湯呑み']],
  ['rose/lilac', 'lilac', ['lilac']],
  ['unwoven', 'woven', []],
  ['anything', '', []],
])('in “%s”, “%s” is %j', (text, query, found) => {
  const spans = highlightsOf(text, query, 10);
  expect(spans.map(({ start, length }) => text.slice(start, start + length))).toEqual(found);
});

test('there are no more of them than asked for', () => {
  expect(highlightsOf('a1 '.repeat(100), 'a1', 3)).toHaveLength(3);
});
