import { expect, test } from 'vitest';
import { createShape, newItem } from '../compile/shape.ts';
import { Targets } from './targets.ts';

const shape = createShape();

test('a representation completes the Items that were added to it', () => {
  const [one, other, third] = [newItem(shape), newItem(shape), newItem(shape)];
  const targets = new Targets();
  targets.add(one);
  targets.add(other);
  targets.addTo(0, third);
  expect([targets.at(0)?.length, targets.at(1)?.length]).toEqual([2, 1]);
  expect(targets.at(0)?.[1]).toBe(third);
  expect(targets.all().map((item) => [one, other, third].indexOf(item))).toEqual([0, 2, 1]);
});

test('among the representations of several fetches there are some that it has not requested', () => {
  const [one, other] = [newItem(shape), newItem(shape)];
  const own = new Targets();
  own.add(one);
  own.add(other);
  const placed = own.placed([2, 0]);
  expect([0, 1, 2, 3].map((index) => placed.at(index)?.[0])).toEqual([
    other,
    undefined,
    one,
    undefined,
  ]);
  expect(placed.all()).toHaveLength(2);
});
