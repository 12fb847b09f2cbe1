import { expect, test } from 'vitest';
import { type HistoryRequest, historyRange } from './message-page.ts';

const request = (given: Partial<HistoryRequest>): HistoryRequest => ({
  limit: 3,
  direction: 'forward',
  from: null,
  until: null,
  around: null,
  ...given,
});

test.each([
  ['the first page', request({}), 10, { low: 1, high: 3 }],
  ['a page after the third', request({ from: 3 }), 10, { low: 4, high: 6 }],
  ['the last, shorter page', request({ from: 8 }), 10, { low: 9, high: 10 }],
  ['a page beyond the end is empty', request({ from: 10 }), 10, { low: 11, high: 10 }],
  ['the newest page', request({ direction: 'backward' }), 10, { low: 8, high: 10 }],
  ['a page before the third', request({ direction: 'backward', from: 3 }), 10, { low: 1, high: 2 }],
  [
    'nothing before the first',
    request({ direction: 'backward', from: 1 }),
    10,
    { low: 1, high: 0 },
  ],
  ['nothing at all', request({ limit: 0 }), 10, { low: 1, high: 0 }],
  [
    'nothing, from the end',
    request({ limit: 0, direction: 'backward' }),
    10,
    { low: 11, high: 10 },
  ],
  ['up to the fifth', request({ from: 3, until: 5 }), 10, { low: 4, high: 4 }],
  [
    'back to the fifth',
    request({ direction: 'backward', from: 8, until: 5 }),
    10,
    { low: 6, high: 7 },
  ],
  ['an empty room', request({ direction: 'backward' }), 0, { low: 1, high: 0 }],
  ['around the middle', request({ around: 5 }), 10, { low: 4, high: 6 }],
  ['around the first', request({ around: 1 }), 10, { low: 1, high: 3 }],
  ['around the last', request({ around: 10 }), 10, { low: 8, high: 10 }],
  ['around in a room shorter than the page', request({ around: 2 }), 2, { low: 1, high: 2 }],
])('%s', (_, given, last, range) => {
  expect(historyRange(given, last)).toEqual(range);
});

test('a cursor beyond what the reader may see shows nothing more', () => {
  expect(historyRange(request({ direction: 'backward', from: 20 }), 10)).toEqual({
    low: 8,
    high: 10,
  });
});

test('no page shows history that is hidden from its reader', () => {
  const of = (given: Partial<HistoryRequest>) => historyRange(request(given), 10, 6);
  expect(of({})).toEqual({ low: 7, high: 9 });
  expect(of({ from: 2 })).toEqual({ low: 7, high: 9 });
  expect(of({ around: 1 })).toEqual({ low: 7, high: 9 });
  expect(of({ direction: 'backward', from: 8 })).toEqual({ low: 7, high: 7 });
  expect(of({ direction: 'backward', from: 3 })).toEqual({ low: 7, high: 2 });
  expect(historyRange(request({ around: 3 }), 6, 6)).toEqual({ low: 7, high: 6 });
});
