import { mistakesOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { assertMayAsk, helpersOf, type KnownSeller } from './seller-help.ts';

const members = ['OWNER', 'MANAGER', 'STAFF', 'INTERN'].map((role) => ({
  ...{ userId: `usr_${role.toLowerCase()}`, role },
}));

test('people with an answering role may answer while the seller is active', () => {
  expect(helpersOf({ status: 'ACTIVE', members })).toEqual([
    ...['usr_owner', 'usr_manager', 'usr_staff'],
  ]);
  for (const status of ['PENDING', 'SUSPENDED', 'CLOSED']) {
    expect(helpersOf({ status, members })).toEqual([]);
  }
});

test('an active seller can be asked by everybody who does not answer for it', () => {
  const seller: KnownSeller = { id: 'sel_1', status: 'ACTIVE', helperIds: ['usr_2'] };
  const codes = (of: KnownSeller, who: string) =>
    mistakesOf(() => assertMayAsk(of, who, ['sellerId'])).map(({ code }) => code);
  expect(codes(seller, 'usr_3')).toEqual([]);
  expect(codes({ ...seller, status: 'PENDING' }, 'usr_2')).toEqual(['SELLER_NOT_FOUND']);
  expect(codes(seller, 'usr_2')).toEqual(['OWN_SELLER']);
  // Whoever sells by themselves is their seller, also while it answers nobody.
  expect(codes({ ...seller, status: 'SUSPENDED' }, 'usr_1')).toEqual(['OWN_SELLER']);
  expect(codes({ ...seller, status: 'SUSPENDED' }, 'usr_3')).toEqual(['SELLER_NOT_ACTIVE']);
  expect(codes({ ...seller, status: 'CLOSED' }, 'usr_3')).toEqual(['SELLER_NOT_ACTIVE']);
});
