import type { Role } from '@souk/runtime/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averageOf, countOf, NO_STARS, reviewActionsOf, starsBetween } from './review.ts';
import type { SellerRole } from './seller.ts';

const actor = (userId: string, roles: Role[] = [], role?: SellerRole) => ({
  userId,
  roles,
  memberships: new Map(role ? [['sel_1', role] as const] : []),
});
const of = { sellerId: 'sel_1' };

test.each([
  ['nobody', null, false, []],
  ['its author', actor('usr_a'), false, ['EDIT', 'DELETE']],
  ['its author, when it is hidden', actor('usr_a'), true, ['EDIT']],
  ['a stranger', actor('usr_b'), false, ['REPORT']],
  ['a stranger, when it is hidden', actor('usr_b'), true, []],
  ['who works for the seller', actor('usr_s', [], 'STAFF'), false, ['ANSWER', 'REPORT']],
  ['the seller, when it is hidden', actor('usr_s', [], 'OWNER'), true, []],
  ['a moderator', actor('usr_m', ['MODERATOR']), false, ['REPORT', 'HIDE']],
  ['a moderator, when it is hidden', actor('usr_m', ['MODERATOR']), true, ['HIDE']],
] as const)('%s may do this with a review', (_, who, hidden, actions) => {
  expect(reviewActionsOf(who, { authorId: 'usr_a', hidden }, of)).toEqual(actions);
});

test('counts kept by each change equal counting the reviews', () => {
  const rating = fc.integer({ min: 1, max: 5 });
  const step = fc.record({ of: fc.nat(5), to: fc.option(rating) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const present = new Map<number, number | null>();
      let stars = NO_STARS;
      for (const { of: review, to } of steps) {
        const change = starsBetween(present.get(review) ?? null, to);
        stars = stars.map((n, index) => n + (change[index] ?? 0)) as unknown as typeof stars;
        present.set(review, to);
      }
      const ratings = [...present.values()].filter((one) => one !== null);
      const sum = ratings.reduce((all, one) => all + one, 0);
      expect(countOf(stars)).toBe(ratings.length);
      expect(averageOf(stars)).toBe(ratings.length === 0 ? null : sum / ratings.length);
    }),
  );
});
