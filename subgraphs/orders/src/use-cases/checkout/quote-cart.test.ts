import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PriceTables } from '../../domain/checkout/quote.ts';
import { MAX_SUBTOTAL_MINOR } from '../../domain/order-limits.ts';
import type { PricedItem } from '../../domain/priced-item.ts';
import { emptyCart } from '../cart/cart-of.ts';
import { quoteCart } from './quote-cart.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const TABLES = (included: boolean): PriceTables => ({
  deliveryRates: [
    {
      code: 'post',
      label: 'By post',
      countries: [],
      currency: 'EUR',
      days: null,
      flatMinor: 1_000_000_000,
      perKilogramMinor: 1_000_000_000,
    },
  ],
  tax: { rates: { '*': 10_000 }, included },
});

/** A cart of the dearest and heaviest things there are, each of a seller of its own. */
function dearCart(wanted: readonly { priceMinor: number; quantity: number; grams: number }[]) {
  const cart = emptyCart(null, 'EUR', NOW);
  const items = wanted.map(
    ({ priceMinor, grams }, at): PricedItem => ({
      variantId: `var_${at}`,
      productId: 'prd',
      sellerId: `sel_${at}`,
      sku: 'S',
      title: 'T',
      currency: 'EUR',
      priceMinor,
      weightGrams: grams,
      categoryIds: [],
      status: 'ACTIVE',
      available: null,
    }),
  );
  const lines = wanted.map(({ priceMinor, quantity }, at) => ({
    id: `cln_${at}`,
    cartId: cart.id,
    variantId: `var_${at}`,
    quantity,
    title: 'T',
    currency: 'EUR',
    unitPriceMinor: priceMinor,
    addedAt: NOW,
  }));
  const address = { name: 'B', line1: 'S', line2: null, city: 'L', region: null, phone: null };
  const shippingAddress = { ...address, postalCode: '1', country: 'SE' };
  return {
    cart: { ...cart, email: 'g@example.com', shippingAddress, lines },
    items: new Map(items.map((item) => [item.variantId, item])),
  };
}

test('the sums of any cart are exact; lines beyond a limit are left out and reported', () => {
  const line = fc.record({
    priceMinor: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    quantity: fc.integer({ min: 1, max: 999 }),
    grams: fc.integer({ min: 0, max: 100_000_000 }),
  });
  const wanted = fc.array(line, { minLength: 1, maxLength: 100, size: 'max' });
  fc.assert(
    fc.property(wanted, fc.boolean(), (goods, included) => {
      const { cart, items } = dearCart(goods);
      const known = { items, discounts: [], sellers: new Map(), tree: new Map() };
      const { lines, quote } = quoteCart(cart, known, TABLES(included), NOW);
      const exact = quote.parts.reduce((sum, part) => sum + BigInt(part.totalMinor), 0n);
      expect(BigInt(quote.totalMinor)).toBe(exact);
      expect(Number.isSafeInteger(quote.totalMinor)).toBe(true);
      const bought = lines.filter(({ problem }) => problem === null);
      const worth = (some: typeof lines) =>
        some.reduce((sum, each) => sum + BigInt(each.priceMinor) * BigInt(each.quantity), 0n);
      expect(BigInt(quote.subtotalMinor)).toBe(worth(bought));
      if (worth(lines) <= BigInt(MAX_SUBTOTAL_MINOR)) expect(bought).toHaveLength(lines.length);
      else expect(lines.some(({ problem }) => problem === 'TOO_MANY')).toBe(true);
    }),
    { numRuns: 50 },
  );
});
