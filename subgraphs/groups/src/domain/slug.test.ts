import { describe, expect, test } from 'vitest';
import { chosenSlug, slugFromName, slugWithSuffix } from './slug.ts';

describe('a slug from a name', () => {
  test.each([
    ['Tea & spices', 'tea-spices'],
    ['  Ça va, Straße? ', 'ca-va-strasse'],
    ["Baker's dozen", 'bakers-dozen'],
    ['茶', 'cha'],
    ['!!!', 'group-v7c0q5ta'],
    ['Go', 'group-go'],
    ['x'.repeat(80), 'x'.repeat(60)],
    [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
  ])('%s becomes %s', (name, slug) => {
    expect(slugFromName(name, 'grp_01k9yfw000e1r8x4m2v7c0q5ta')).toBe(slug);
    expect(chosenSlug(slug)).toBe(slug);
  });

  test('made unique it is still a slug', () => {
    const slug = slugWithSuffix('x'.repeat(60), 'grp_01k9yfw000e1r8x4m2v7c0q5ta');
    expect(slug).toBe(`${'x'.repeat(54)}-0q5ta`);
    expect(chosenSlug(slug)).toBe(slug);
  });
});

test.each(['', 'ab', 'Upper', 'a--b', '-abc', 'abc-', 'a b c', 'ab_c', 'ä-b', 'x'.repeat(61)])(
  '“%s” cannot be chosen',
  (text) => expect(() => chosenSlug(text)).toThrow('A slug has'),
);
