import { expect, test } from 'vitest';
import { checkedSlug, freeSlug, freeSlugs, slugOfTitle } from './slug.ts';

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

/** Slugs as a store knows them, and how many it was asked for. */
function store(slugs: readonly string[]) {
  const all = new Set(slugs);
  const asked: string[] = [];
  const takenOf = async (some: readonly string[]) => {
    asked.push(...some);
    return new Set(some.filter((slug) => all.has(slug)));
  };
  return { takenOf, asked };
}
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => (index === 0 ? 'lamp' : `lamp-${index + 1}`));

test('a taken slug gets the first free number', async () => {
  for (let count = 0; count < 70; count += 1) {
    const expected = count === 0 ? 'lamp' : `lamp-${count + 1}`;
    expect(await freeSlug('lamp', store(numbered(count)).takenOf)).toBe(expected);
  }
});

test('with numbers left out it gets one that is free', async () => {
  const slugs = numbered(40).filter((_, index) => index % 3 !== 1);
  expect(slugs).not.toContain(await freeSlug('lamp', store(slugs).takenOf));
});

test('of ten thousand of one title it looks at some', async () => {
  const { takenOf, asked } = store(numbered(10_000));
  expect(await freeSlug('lamp', takenOf)).toBe('lamp-10001');
  expect(asked.length).toBeLessThan(60);
});

test.each(['', 'A', '-a', 'a-', 'a--b', 'a b', 'a'.repeat(81)])('“%s” is no slug', (slug) => {
  expect(() => checkedSlug(slug, ['input', 'slug'])).toThrow('A slug has');
});

test('many titles get one slug each at once, in few queries', async () => {
  const { takenOf } = store([...numbered(5), 'lamp-7', 'cup']);
  let questions = 0;
  const bases = ['lamp', 'cup', 'jug', 'lamp', 'cup', 'lamp-6', 'jug', 'jug', 'lamp'];
  const slugs = await freeSlugs(bases, (some) => {
    questions += 1;
    return takenOf(some);
  });
  expect(slugs).toEqual([
    ...['lamp-8', 'cup-2', 'jug', 'lamp-9', 'cup-3', 'lamp-6', 'jug-2', 'jug-3', 'lamp-10'],
  ]);
  expect(questions).toBeLessThan(12);
});

test('a thousand slugs of one title, with ten thousand existing ones, need one lookup', async () => {
  const { takenOf, asked } = store(numbered(10_000));
  const slugs = await freeSlugs(Array(1_000).fill('lamp'), takenOf);
  expect(slugs).toEqual(Array.from({ length: 1_000 }, (_, index) => `lamp-${10_001 + index}`));
  expect(asked.length).toBeLessThan(2_100);
});
