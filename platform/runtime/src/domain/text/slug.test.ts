import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

test.each([
  ['Smørrebrød', 'smorrebrod'],
  ['Straßenlaterne', 'strassenlaterne'],
  ['Brass lamp, à la carte', 'brass-lamp-a-la-carte'],
  ['Ada’s lamp', 'adas-lamp'],
  ['Łódź Đà Nẵng', 'lodz-da-nang'],
  ['Медная лампа', 'mednaya-lampa'],
  ['黄铜灯', 'huang-tong-deng'],
  ['Ελληνικά', 'ellinika'],
  ['ＦＵＬＬ　ｗｉｄｔｈ', 'full-width'],
  ['🎁', 'gift'],
  ['!!! ---', ''],
])('“%s” is %j in an address', (text, slug) => {
  expect(slugOf(text, 60)).toBe(slug);
});

test('titles of every script have slugs of their own', () => {
  const titles = [
    'Лампа',
    'Чаша',
    '灯',
    '杯',
    '램프',
    'مصباح',
    'מנורה',
    'दीपक',
    'โคมไฟ',
    'λυχνάρι',
  ];
  const slugs = titles.map((title) => slugOf(title, 60));
  expect(new Set(slugs).size).toBe(titles.length);
  for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test('a slug is cut at no hyphen', () => {
  expect(slugOf('one two three', 8)).toBe('one-two');
});
