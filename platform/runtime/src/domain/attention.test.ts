import { expect, test } from 'vitest';
import { attention } from './attention.ts';

const now = new Date('2026-11-25T12:00:00Z');
const at = (seconds: number | null) =>
  seconds === null ? null : new Date(now.getTime() + seconds * 1_000);

/** Seconds from now of the last activity, and of the end of reading; null: never. */
test.each([
  ['nothing is known: an open socket, a live inbox', null, null, 'AWAY'],
  ['just did something', 0, null, 'ATTENTIVE'],
  ['did something elsewhere a minute ago', -60, null, 'ATTENTIVE'],
  ['has not touched anything for two minutes', -120, null, 'AWAY'],
  ['reads the room', -300, 10, 'ATTENTIVE'],
  ['read the room, and has looked away', -300, 0, 'AWAY'],
] as const)('%s', (_, active, reading, expected) => {
  const activity = { lastActiveAt: at(active), readingUntil: at(reading) };
  expect(attention(activity, now)).toBe(expected);
});
