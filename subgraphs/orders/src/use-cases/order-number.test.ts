import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalOrderNumber } from '../domain/order-number.ts';
import { newOrderNumber } from './order-number.ts';

test.each([
  ['K7QM2-X9D4T', 'K7QM2-X9D4T'],
  // Pasted from a page: a place to break the line, a mark of direction.
  ['\u200eK7QM2-\u200bX9D4T', 'K7QM2-X9D4T'],
  ['k7qm2-x9d4t', 'K7QM2-X9D4T'],
  [' #K7QM2 X9D4T ', 'K7QM2-X9D4T'],
  ['K7QM2X9D4T', 'K7QM2-X9D4T'],
  ['K7QM2–X9D4T', 'K7QM2-X9D4T'],
  ['Ｋ７ＱＭ２−Ｘ９Ｄ４Ｔ', 'K7QM2-X9D4T'],
  ['OOIl1-o0LLi', '00111-00111'],
  ['K7QM2-X9D4', null],
  ['K7QM2-X9D4TT', null],
  ['K7QM2-X9D4U', null],
  ['', null],
])('%s is %s', (typed, number) => {
  expect(canonicalOrderNumber(typed)).toBe(number);
});

test('every number is found as people type it', () => {
  const habits: ((text: string) => string)[] = [
    (text) => text.toLowerCase(),
    (text) => text.replaceAll('0', 'O'),
    (text) => text.replaceAll('0', 'o'),
    (text) => text.replaceAll('1', 'I'),
    (text) => text.replaceAll('1', 'l'),
    (text) => text.replace('-', ''),
    (text) => text.replace('-', ' '),
    (text) => text.replace(/(.)/g, '$1 '),
    (text) => `#${text}\n`,
  ];
  fc.assert(
    fc.property(fc.subarray(habits), (typing) => {
      const number = newOrderNumber();
      expect(canonicalOrderNumber(typing.reduce((text, habit) => habit(text), number))).toBe(
        number,
      );
    }),
  );
});
