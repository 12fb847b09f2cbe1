import { expect, test } from 'vitest';
import { readingUntil } from './activity.ts';

const now = new Date('2026-11-25T12:00:00Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

/** Seconds ago that something was last done on the device; null: never. */
test.each([
  ['a screen that nobody ever touched', null, null],
  ['a screen just touched counts until the next report is due', 0, 60],
  ['a page is read for a while', 300, 60],
  ['and no longer than ten minutes after the last touch', 570, 30],
  ['left on the screen for lunch', 600, null],
])('%s', (_, touched, seconds) => {
  const until = readingUntil(touched === null ? null : after(-touched), now);
  expect(until).toEqual(seconds === null ? null : after(seconds));
});
