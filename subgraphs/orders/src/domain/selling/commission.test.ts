import { expect, test } from 'vitest';
import { type CategoryTree, commissionRateOf, dependsOnTree } from './commission.ts';

const commissions = [
  { categoryId: null, basisPoints: 1_000 },
  { categoryId: 'books', basisPoints: 500 },
  { categoryId: 'lamps', basisPoints: 1_500 },
  { categoryId: 'desk lamps', basisPoints: 800 },
];
const tree: CategoryTree = new Map([
  ['books', null],
  ['poems', 'books'],
  ['sonnets', 'poems'],
  ['home', null],
  ['lamps', 'home'],
  ['desk lamps', 'lamps'],
  ['bedside lamps', 'lamps'],
  ['toys', null],
]);

test.each([
  ['none', [], 1_000],
  ['one without a rate', ['toys'], 1_000],
  ['one with a lower rate', ['books'], 500],
  ['one whose part alone has a rate', ['home'], 1_000],
  ['a part of one with a rate', ['poems'], 500],
  ['a part of a part of one with a rate', ['sonnets'], 500],
  ['a part with a rate of its own', ['desk lamps'], 800],
  ['a part beside one with a rate of its own', ['bedside lamps'], 1_500],
  ['several, whichever comes first', ['books', 'lamps'], 1_500],
  ['several, whichever comes last', ['toys', 'lamps', 'books'], 1_500],
  ['one without a rate and one with a lower one', ['toys', 'sonnets'], 1_000],
  ['a part and what it is in', ['desk lamps', 'lamps'], 1_500],
  ['one that is not in the tree', ['gone'], 1_000],
])('of a product in %s', (_, categoryIds, rate) => {
  expect(commissionRateOf({ commissions }, categoryIds, tree)).toBe(rate);
});

test('another category never makes it less', () => {
  const all = [...tree.keys()];
  for (const first of all) {
    for (const second of all) {
      const both = commissionRateOf({ commissions }, [first, second], tree);
      expect(both).toBeGreaterThanOrEqual(commissionRateOf({ commissions }, [first], tree));
    }
  }
});

test('of a seller without rates nothing is kept', () => {
  expect(commissionRateOf({ commissions: [] }, ['books'], tree)).toBe(0);
});

test('a circle of categories ends', () => {
  const circle = new Map([
    ['hen', 'egg'],
    ['egg', 'hen'],
  ]);
  expect(commissionRateOf({ commissions }, ['hen'], circle)).toBe(1_000);
});

test('the tree is needed where somebody has a rate of a category', () => {
  expect(dependsOnTree([{ commissions }])).toBe(true);
  expect(dependsOnTree([{ commissions: commissions.slice(0, 1) }, { commissions: [] }])).toBe(
    false,
  );
});
