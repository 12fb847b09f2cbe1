import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { emptyCart } from '../use-cases/cart/cart-of.ts';
import { quotedCart } from './visible-cart.ts';

const NOW = new Date('2026-11-26T12:00:00Z');

test('a loaded cart is quoted once, however many fields are selected', async () => {
  const asked: string[] = [];
  const context = {
    loaders: { pricedItem: { load: async (id: string) => asked.push(id) && null } },
    services: {
      config: { priceTables: { deliveryRates: [], tax: { rates: {}, included: true } } },
      clock: () => NOW,
    },
  } as unknown as Context;
  const cart = emptyCart(null, 'EUR', NOW);
  const line = { cartId: cart.id, variantId: 'var_a', quantity: 1, title: 'T', currency: 'EUR' };
  const stored = {
    ...{ ...cart, headSequence: 1 },
    lines: [{ ...line, id: 'cln_a', unitPriceMinor: 1, addedAt: NOW }],
  };
  const fields = Array.from({ length: 10 }, () => quotedCart(stored, context));
  expect(new Set(await Promise.all(fields)).size).toBe(1);
  expect(asked).toEqual(['var_a']);
  // After a change the cart is loaded again, and so is its quote.
  expect(await quotedCart({ ...stored }, context)).not.toBe(await fields[0]);
});
