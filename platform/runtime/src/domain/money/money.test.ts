import { expect, test } from 'vitest';
import { CURRENCIES, canonicalCurrency, minorUnitDigits } from './currencies.ts';
import { formatMoney, moneyOf, numberOf, sumOfMoney } from './money.ts';

test.each([
  ['EUR', 1_999, '€19.99'],
  ['JPY', 1_999, '¥1,999'],
  ['KWD', 1_999, 'KWD\u00a01.999'],
  ['HUF', 1_999, 'HUF\u00a019.99'],
  ['IDR', 150_000, 'IDR\u00a01,500.00'],
  ['COP', 1_999, 'COP\u00a019.99'],
  ['USD', -5, '-$0.05'],
])('%s %d reads %s', (currency, minorUnits, formatted) => {
  expect(formatMoney(moneyOf(minorUnits, currency), 'en')).toBe(formatted);
});

test.each([
  ['de', /^1\.999,50\s€$/],
  ['fr', /^1\s999,50\s€$/],
  ['ja-JP', /^€1,999\.50$/],
  // Well-formed, and nobody's: read as the server's own language would be, not refused.
  ['qqq', /1.?999.50/],
])('and in %s as people there write it', (locale, formatted) => {
  expect(formatMoney(moneyOf(199_950, 'EUR'), locale)).toMatch(formatted);
});

test('every currency shows as many digits as it has minor units, whatever Intl would show', () => {
  for (const currency of CURRENCIES) {
    const digits = minorUnitDigits(currency);
    const formatted = formatMoney(moneyOf(10 ** digits, currency), 'en');
    expect(/[0-9.]+$/.exec(formatted)?.[0], currency).toBe((1).toFixed(digits));
  }
});

test('the largest amounts are not rounded', () => {
  const most = moneyOf(Number.MAX_SAFE_INTEGER, 'EUR');
  expect(formatMoney(most, 'en')).toBe('€90,071,992,547,409.91');
});

test('what many sales come to is written to its last digit, and is a number as long as one holds it', () => {
  const most = sumOfMoney(9_007_199_254_740_991n, 'EUR');
  expect(most).toEqual(moneyOf(Number.MAX_SAFE_INTEGER, 'EUR'));
  const more = sumOfMoney(-9_007_199_254_740_993n, 'EUR');
  expect(formatMoney(more, 'en')).toBe('-€90,071,992,547,409.93');
  expect(numberOf(most)).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => numberOf(more)).toThrow('No number holds this amount exactly');
});

test('every currency of the table is one', () => {
  const known = new Set(Intl.supportedValuesOf('currency'));
  // Newer than the data of some Node versions.
  for (const currency of CURRENCIES.filter((code) => code !== 'XCG' && code !== 'ZWG')) {
    expect(known.has(currency), currency).toBe(true);
  }
});

test('a code is written in capitals, and one that is no money is none', () => {
  expect(canonicalCurrency(' eur ')).toBe('EUR');
  const none = 'xxx XXX XTS XAU XAG XDR XBA BOV CLF UYI USN CHE MXV DEM ABC EU EURO € 978 ſek ınr';
  for (const code of none.split(' ')) expect(canonicalCurrency(code), code).toBeNull();
});
