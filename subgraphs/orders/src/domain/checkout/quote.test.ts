import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DiscountCode } from './discount.ts';
import { type PriceTables, type QuotableLine, quoteOf } from './quote.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const TABLES: PriceTables = {
  deliveryRates: [
    {
      code: 'post',
      label: 'By post',
      countries: ['SE', 'DE'],
      currency: 'EUR',
      flatMinor: 490,
      perKilogramMinor: 100,
      days: [2, 4],
    },
    {
      code: 'night',
      label: 'Overnight',
      countries: ['SE'],
      currency: 'EUR',
      flatMinor: 1_490,
      perKilogramMinor: 0,
      days: [1, 1],
    },
  ],
  tax: { rates: { SE: 2_500, '*': 1_000 }, included: true },
};
const line = (sellerId: string, priceMinor: number, quantity: number): QuotableLine => ({
  variantId: `var_${priceMinor}`,
  productId: 'prd',
  sellerId,
  sku: 'S',
  title: 'T',
  quantity,
  unitPriceMinor: priceMinor,
  totalMinor: priceMinor * quantity,
  weightGrams: 400,
  commissionRate: 1_000,
});
const code = (given: Partial<DiscountCode>): DiscountCode => ({
  code: 'X',
  basisPoints: null,
  amountMinor: null,
  currency: null,
  minimumMinor: 0,
  startsAt: null,
  endsAt: null,
  uses: null,
  used: 0,
  isUsedByBuyer: false,
  ...given,
});
const request = (given: object) => ({
  currency: 'EUR',
  country: 'SE',
  discounts: [],
  deliveries: {},
  lines: [line('a', 1_000, 2), line('b', 333, 3)],
  ...given,
});

test('each seller has one chosen shipping method, and missing choices are reported', () => {
  const open = quoteOf(request({}), TABLES, NOW);
  expect(open).toMatchObject({ isComplete: false, subtotalMinor: 2_999, shippingMinor: 0 });
  expect(open.parts.map(({ options }) => options.map((each) => each.code))).toEqual([
    ['a/post', 'a/night'],
    ['b/post', 'b/night'],
  ]);
  const deliveries = { a: 'a/night', b: 'b/post' };
  const done = quoteOf(request({ deliveries }), TABLES, NOW);
  // 1.2 kg by post begin two kilograms.
  expect(done).toMatchObject({ isComplete: true, shippingMinor: 1_490 + 690 });
  expect(done.totalMinor).toBe(2_999 + 1_490 + 690);
  // Where there is one way, it is taken; where there is none, nothing can be bought.
  expect(quoteOf(request({ country: 'DE' }), TABLES, NOW)).toMatchObject({ isComplete: true });
  expect(quoteOf(request({ country: 'FR' }), TABLES, NOW)).toMatchObject({ isComplete: false });
  expect(quoteOf(request({ country: null }), TABLES, NOW)).toMatchObject({ isComplete: false });
});

test('prices that hold the tax are not raised by it, others are', () => {
  const deliveries = { a: 'a/post', b: 'b/post' };
  const gross = quoteOf(request({ deliveries }), TABLES, NOW);
  expect(gross.totalMinor).toBe(2_999 + 590 + 690);
  expect(gross.taxMinor).toBe(400 + 118 + 200 + 138);
  const net = quoteOf(
    request({ deliveries }),
    { ...TABLES, tax: { ...TABLES.tax, included: false } },
    NOW,
  );
  expect(net.taxMinor).toBe(500 + 148 + 250 + 173);
  expect(net.totalMinor).toBe(gross.totalMinor + net.taxMinor);
});

test.each<[string, Partial<DiscountCode>, number, string | null]>([
  ['a share', { basisPoints: 1_000 }, 300, null],
  ['an amount', { amountMinor: 500, currency: 'EUR' }, 500, null],
  ['more than there is', { amountMinor: 9_999, currency: 'EUR' }, 2_999, null],
  ['one of dollars', { amountMinor: 500, currency: 'USD' }, 0, 'This code is for orders in USD.'],
  ['one used up', { basisPoints: 1, uses: 3, used: 3 }, 0, 'This code is used up.'],
  [
    'one used before',
    { basisPoints: 1, isUsedByBuyer: true },
    0,
    'You have already used this code.',
  ],
  [
    'one of tomorrow',
    { basisPoints: 1, startsAt: new Date('2027-01-01') },
    0,
    'This code is not valid yet.',
  ],
  ['one of yesterday', { basisPoints: 1, endsAt: NOW }, 0, 'This code is no longer valid.'],
  [
    'one for more',
    { basisPoints: 1, minimumMinor: 3_000 },
    0,
    'The cart’s total is too low for this code.',
  ],
])('a code: %s', (_, given, amount, reason) => {
  const { discounts, discountMinor } = quoteOf(request({ discounts: [code(given)] }), TABLES, NOW);
  expect([discountMinor, discounts[0]?.reason]).toEqual([amount, reason]);
});

test('of any goods, sellers, codes and taxes, the parts sum to the whole', () => {
  const lines = fc.array(
    fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(10_000_000), fc.integer({ min: 1, max: 999 }))
      .map(([seller, price, quantity]) => line(seller, price, quantity)),
    { minLength: 1, maxLength: 12 },
  );
  const codes = fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 10_000 }).map((basisPoints) => code({ basisPoints })),
      fc.integer({ min: 1, max: 1e9 }).map((amountMinor) => code({ amountMinor, currency: 'EUR' })),
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(lines, codes, fc.boolean(), (goods, discounts, included) => {
      const tables = { ...TABLES, tax: { ...TABLES.tax, included } };
      const given = request({ lines: goods, discounts, choosesCheapest: true });
      const quote = quoteOf(given, tables, NOW);
      const ofParts = (amount: (part: (typeof quote.parts)[0]) => number) =>
        quote.parts.reduce((all, part) => all + amount(part), 0);
      const ofLines = (amount: 'discountMinor' | 'totalMinor') =>
        quote.parts.flatMap((part) => part.lines).reduce((all, each) => all + each[amount], 0);
      expect(ofLines('discountMinor')).toBe(quote.discountMinor);
      expect(ofLines('totalMinor')).toBe(quote.subtotalMinor);
      expect(ofParts((part) => part.totalMinor)).toBe(quote.totalMinor);
      expect(quote.totalMinor).toBe(
        quote.subtotalMinor -
          quote.discountMinor +
          quote.shippingMinor +
          (included ? 0 : quote.taxMinor),
      );
      for (const part of quote.parts) {
        expect(part.commissionMinor).toBeLessThanOrEqual(part.totalMinor);
        for (const each of part.lines) {
          expect(each.discountMinor).toBeLessThanOrEqual(each.totalMinor);
        }
      }
    }),
    { numRuns: 300 },
  );
});
