import { expect, test } from 'vitest';
import { checkedWatchEvents, deepestFall, isBackInStock } from './watch.ts';

test('something that was unavailable can be bought again; showing or hiding it causes no notice', () => {
  const states = ['IN_STOCK', 'LOW', 'BACKORDER', 'OUT', 'NOT_FOR_SALE'];
  const back = states.flatMap((before) =>
    states.filter((after) => isBackInStock(before, after)).map((after) => `${before} ${after}`),
  );
  expect(back).toEqual(['BACKORDER IN_STOCK', 'BACKORDER LOW', 'OUT IN_STOCK', 'OUT LOW']);
});

test('a watch needs at least one event, each given once', () => {
  expect(checkedWatchEvents(['PRICE_DROP', 'BACK_IN_STOCK', 'PRICE_DROP'])).toEqual([
    'BACK_IN_STOCK',
    'PRICE_DROP',
  ]);
  expect(() => checkedWatchEvents([])).toThrow();
});

test('of all variants the one counts whose price fell most; a rise and another currency are no fall', () => {
  const price = (variantId: string, priceMinor: number, currency = 'EUR') => ({
    variantId,
    priceMinor,
    currency,
  });
  const before = [price('a', 900), price('b', 900), price('c', 900), price('d', 900)];
  const after = [price('a', 800), price('b', 500), price('c', 1_000), price('d', 1, 'USD')];
  expect(deepestFall(before, after)).toEqual({ before: price('b', 900), after: price('b', 500) });
  expect(deepestFall(before, before)).toBeNull();
  expect(deepestFall([], after)).toBeNull();
});
