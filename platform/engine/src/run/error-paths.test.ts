import { expect, test } from 'vitest';
import { childShape, createShape, type Item, ItemList, newItem } from '../compile/shape.ts';
import { firstPlaces, ItemPlaces } from './error-paths.ts';

/** A list of so many objects, which counts how often one of them is looked at. */
function listOf(length: number) {
  const shape = createShape();
  const below = childShape(shape, 'people');
  const people = Array.from({ length }, () => newItem(below));
  let looks = 0;
  const counted = new Proxy(people, {
    get(target, key) {
      if (/^\d+$/.test(String(key))) looks += 1;
      return Reflect.get(target, key);
    },
  });
  const root = newItem(shape);
  root[shape.slots.get('people') as number] = new ItemList(counted);
  const names = { clientName: (name: string) => name } as never;
  return { answer: { root, names, limit: 50 }, below, people, looks: () => looks };
}

test('a list is walked once, however many of its items have errors', () => {
  const { answer, below, people, looks } = listOf(300);
  const places = new ItemPlaces(answer, new Set(people));
  const found = people.map((person) => places.of([person], below));
  expect(found[299]).toEqual([['people', 299]]);
  expect(looks()).toBe(300);
});

test('an Item that is asked for is found wherever it occurs, and no other', () => {
  const { answer, below, people } = listOf(3);
  const [first, second] = people as [Item, Item];
  people[2] = first;
  const places = new ItemPlaces(answer, new Set([first]));
  expect(places.of([first, second], below)).toEqual([
    ['people', 0],
    ['people', 2],
  ]);
});

test('no more is walked than there are places to tell of', () => {
  const { answer, below, people, looks } = listOf(300);
  const found = firstPlaces({ ...answer, limit: 2 }, new Set(people), below);
  expect(found).toEqual([
    ['people', 0],
    ['people', 1],
  ]);
  expect(looks()).toBe(2);
});
