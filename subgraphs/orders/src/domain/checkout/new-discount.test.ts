import { allOf, type DomainError } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { refusalOf } from './discount.ts';
import { checkedDiscount } from './new-discount.ts';

const now = new Date('2026-01-01T00:00:00Z');
const eur = (minorUnits: number) => ({ minorUnits, currency: 'EUR' });

test('a minimum has a currency, also for a percentage code', () => {
  const discount = checkedDiscount({ code: 'TENTH', basisPoints: 1_000, minimum: eur(5_000) });
  const on = (subtotalMinor: number, currency: string) =>
    refusalOf(discount, { subtotalMinor, currency, now });
  expect(on(5_000, 'EUR')).toBeNull();
  expect(on(4_999, 'EUR')).toContain('too low');
  // Five thousand yen are not fifty euros.
  expect(on(5_000, 'JPY')).toBe('This code is for orders in EUR.');
});

test('a share of any order is for every currency', () => {
  const discount = checkedDiscount({ code: 'TENTH', basisPoints: 1_000 });
  expect(refusalOf(discount, { subtotalMinor: 1, currency: 'JPY', now })).toBeNull();
});

test('an amount and a minimum of two currencies are refused, and all mistakes said at once', () => {
  const paths: string[] = [];
  try {
    checkedDiscount({ code: 'x', amount: eur(0), minimum: { minorUnits: -1, currency: 'JPY' } });
  } catch (error) {
    paths.push(...allOf(error as DomainError).map((each) => each.argumentPath?.join('.') ?? ''));
  }
  expect(paths.sort()).toEqual([
    'input.amount.minorUnits',
    'input.code',
    'input.minimum.currency',
    'input.minimum.minorUnits',
  ]);
});
