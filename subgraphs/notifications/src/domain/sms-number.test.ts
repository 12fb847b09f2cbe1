import { expect, test } from 'vitest';
import { checkedNumber, smsText } from './sms-number.ts';

test.each([
  ['+46 70 123 45 67', '+46701234567'],
  ['+49 (151) 23456789', '+4915123456789'],
  ['+1 201-555-0123', '+12015550123'],
])('%s is kept as %s', (given, kept) => {
  expect(checkedNumber(given)).toBe(kept);
});

test.each([
  ['without a country', '070 123 45 67'],
  ['too short', '+4670'],
  ['a line that stands in a house', '+49 30 123456'],
  ['paid for by who calls', '+49 900 1234567'],
  ['no number', 'call me'],
])('%s is refused', (_, given) => {
  expect(() => checkedNumber(given)).toThrow('mobile phone');
});

test('a text message is cut between characters', () => {
  const text = smsText({ title: 'Order', body: '👍'.repeat(1_000) });
  expect([...text]).toHaveLength(160);
  expect(text).toMatch(/^Order: 👍+…?$/u);
  expect(smsText({ title: 'Order S-1', body: '' })).toBe('Order S-1');
});
