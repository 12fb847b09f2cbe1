import { expect, test } from 'vitest';
import { type StatusReason, wordsOfReason } from './status-reason.ts';

const shortages = [
  { variantId: 'var_1', title: 'Lamp', reason: 'OUT_OF_STOCK' as const },
  { variantId: 'var_2', title: 'Vase', reason: 'NOT_FOR_SALE' as const },
];

test.each<[StatusReason, string | null]>([
  [{ code: 'CANCELLED_BY_BUYER' }, null],
  [{ code: 'CANCELLED_BY_STAFF', remark: 'Asked by phone' }, 'Asked by phone'],
  [{ code: 'NOT_PAID_IN_TIME' }, 'It was not paid in time.'],
  [{ code: 'SELLER_NOT_ACTIVE' }, 'One of its sellers may no longer sell.'],
  [{ code: 'NOT_ENOUGH_STOCK', shortages }, 'Lamp is sold out. Vase is no longer for sale.'],
  [{ code: 'OTHER', remark: null }, null],
])('%j is put into words when it is read', (reason, words) => {
  expect(wordsOfReason(reason)).toBe(words);
});
