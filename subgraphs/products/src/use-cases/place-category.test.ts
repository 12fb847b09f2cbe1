import { describe, expect, test } from 'vitest';
import { type Category, MAX_ANCESTORS, MAX_CATEGORIES, MAX_CHILDREN } from '../domain/category.ts';
import { assertPlace } from './place-category.ts';

const category = (id: string, parentId: string | null): Category => ({
  id,
  parentId,
  slug: id,
  name: id,
  version: 1,
});
const chain = (length: number): Category[] =>
  Array.from({ length }, (_, at) => category(`deep${at}`, at === 0 ? null : `deep${at - 1}`));
const children = (count: number): Category[] => [
  category('wide', null),
  ...Array.from({ length: count }, (_, at) => category(`child${at}`, 'wide')),
];

/** Trees at and beyond a bound, as one from before it may be: what is the last of them, and its parent. */
const TREES = [
  ['deep', chain(MAX_ANCESTORS + 3)],
  ['wide', children(MAX_CHILDREN + 3)],
  ['large', Array.from({ length: MAX_CATEGORIES + 3 }, (_, at) => category(`top${at}`, null))],
] as const;

describe.each(TREES)('in a tree that is too %s already', (_, tree) => {
  const last = tree.at(-1) as Category;

  test('an existing category can be renamed', () => {
    for (const present of [tree[0] as Category, last]) {
      expect(() => assertPlace(tree, { ...present, slug: 'another' })).not.toThrow();
    }
  });

  test('a taken slug is refused all the same', () => {
    const { slug } = tree[0] as Category;
    expect(() => assertPlace(tree, { ...last, slug })).toThrow();
  });

  test('nothing new finds a place', () => {
    const under = last.id.startsWith('deep') ? last.id : last.parentId;
    expect(() => assertPlace(tree, category('new', under))).toThrow();
  });
});

test('a category cannot move too deep, to a full parent or into itself', () => {
  const apart = category('apart', null);
  const deep = chain(MAX_ANCESTORS + 1);
  const end = deep.at(-1) as Category;
  for (const [tree, parentId] of [
    [deep, end.id],
    [children(MAX_CHILDREN), 'wide'],
  ] as const) {
    expect(() => assertPlace([...tree, apart], { ...apart, parentId })).toThrow();
  }
  expect(() => assertPlace(deep, { ...(deep[0] as Category), parentId: end.id })).toThrow();
});
