import { expect, test } from 'vitest';
import { IndexedSet } from './indexed-set.ts';

const members = (count: number) => Array.from({ length: count }, (_, id) => ({ id, index: -1 }));
const idsIn = (set: IndexedSet<{ id: number; index: number }>) =>
  [...set].map(({ id }) => id).sort();

test('holds each added item once until it is deleted', () => {
  const set = new IndexedSet<{ id: number; index: number }>();
  const [a, b, c] = members(3);
  if (!a || !b || !c) throw new Error('three were made');
  for (const member of [a, b, c, b]) set.add(member);
  expect(set.delete(a)).toBe(true);
  expect(set.delete(a)).toBe(false);
  expect([set.has(a), set.has(b), set.has(c), set.size]).toEqual([false, true, true, 2]);
  set.add(a);
  expect(idsIn(set)).toEqual([0, 1, 2]);
});

test('an item that moves to another set is only in that one', () => {
  const [from, to] = [
    new IndexedSet<{ id: number; index: number }>(),
    new IndexedSet<{ id: number; index: number }>(),
  ];
  const all = members(10);
  for (const member of all) from.add(member);
  for (const member of all.slice(3, 6)) {
    from.delete(member);
    to.add(member);
  }
  expect([idsIn(from), idsIn(to)]).toEqual([
    [0, 1, 2, 6, 7, 8, 9],
    [3, 4, 5],
  ]);
  expect(all.map((member) => from.has(member) !== to.has(member))).not.toContain(false);
});

test('items may be deleted while iterating, and each is visited once', () => {
  const set = new IndexedSet<{ id: number; index: number }>();
  for (const member of members(10)) set.add(member);
  const came: number[] = [];
  for (const member of set) {
    came.push(member.id);
    if (member.id % 2 === 0) set.delete(member);
  }
  expect(came.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(idsIn(set)).toEqual([1, 3, 5, 7, 9]);
});
