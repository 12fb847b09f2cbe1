import { expect, test } from 'vitest';
import { Bag } from './bag.ts';

const members = (count: number) => Array.from({ length: count }, (_, id) => ({ id, place: -1 }));
const idsIn = (bag: Bag<{ id: number; place: number }>) => [...bag].map(({ id }) => id).sort();

test('what was added and not deleted is in it, once', () => {
  const bag = new Bag<{ id: number; place: number }>();
  const [a, b, c] = members(3);
  if (!a || !b || !c) throw new Error('three were made');
  for (const member of [a, b, c, b]) bag.add(member);
  expect(bag.delete(a)).toBe(true);
  expect(bag.delete(a)).toBe(false);
  expect([bag.has(a), bag.has(b), bag.has(c), bag.size]).toEqual([false, true, true, 2]);
  bag.add(a);
  expect(idsIn(bag)).toEqual([0, 1, 2]);
});

test('whoever moves to another bag is in that one alone', () => {
  const [from, to] = [
    new Bag<{ id: number; place: number }>(),
    new Bag<{ id: number; place: number }>(),
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

test('each may be deleted as it comes, and all come once', () => {
  const bag = new Bag<{ id: number; place: number }>();
  for (const member of members(10)) bag.add(member);
  const came: number[] = [];
  for (const member of bag) {
    came.push(member.id);
    if (member.id % 2 === 0) bag.delete(member);
  }
  expect(came.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(idsIn(bag)).toEqual([1, 3, 5, 7, 9]);
});
