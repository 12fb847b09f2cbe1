import { expect, test } from 'vitest';
import { checkedSlug, freeSlug, slugOfTitle } from './slug.ts';

test.each([
  ['Brass lamp', 'brass-lamp'],
  ['  Café — crème! ', 'cafe-creme'],
  ['100% Wool', '100-wool'],
  ['Smørrebrød', 'smorrebrod'],
  ['灯', 'deng'],
  ['---', 'item-5k8m2p4q'],
  ['x'.repeat(200), 'x'.repeat(60)],
  [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
])('the slug of “%s” is %s', (title, slug) => {
  expect(slugOfTitle(title, 'prd_01k9yfw000e1r8x4m25k8m2p4q')).toBe(slug);
  expect(checkedSlug(slug, [])).toBe(slug);
});

test('a taken slug gets the first free number', () => {
  expect(freeSlug('lamp', new Set())).toBe('lamp');
  expect(freeSlug('lamp', new Set(['lamp', 'lamp-2', 'lamp-4']))).toBe('lamp-3');
});

test.each(['', 'A', '-a', 'a-', 'a--b', 'a b', 'a'.repeat(81)])('“%s” is no slug', (slug) => {
  expect(() => checkedSlug(slug, ['input', 'slug'])).toThrow('A slug has');
});
