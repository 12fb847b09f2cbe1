import { expect, test } from 'vitest';
import { csvRow } from './csv.ts';

test('cells are separated by commas, and what has any is put in quotes', () => {
  expect(csvRow(['Lamp', 3, null, 'a,b', 'say "hi"', 'two\nlines'])).toBe(
    'Lamp,3,,"a,b","say ""hi""","two\nlines"\r\n',
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠A1'])(
  'what somebody called %j is no formula of whoever opens the file',
  (title) => {
    expect(csvRow([title]).replaceAll('"', '')).toMatch(/^'/);
  },
);

test('an amount is a number with the digits of its currency, also below zero', () => {
  const cells = [
    ...[-5, { minorUnits: -5, currency: 'EUR' }, { minorUnits: 120_000, currency: 'EUR' }],
    ...[
      { minorUnits: 1_234, currency: 'JPY' },
      { minorUnits: -1, currency: 'KWD' },
    ],
  ];
  expect(csvRow(cells)).toBe('-5,-0.05,1200.00,1234,-0.001\r\n');
});
