import { expect, test } from 'vitest';
import { attention } from './attention.ts';

const now = new Date('2026-11-25T12:00:00Z');
const ago = (seconds: number | null) =>
  seconds === null ? null : new Date(now.getTime() - seconds * 1_000);

/** Seconds since the last activity and since the room was last on the screen; null: never. */
test.each([
  ['nothing is known: an open socket, a live inbox', null, null, 'AWAY'],
  ['just did something', 0, null, 'ATTENTIVE'],
  ['did something elsewhere a minute ago', 60, null, 'ATTENTIVE'],
  ['has not touched anything for two minutes', 120, null, 'AWAY'],
  ['reads the room', 300, 10, 'ATTENTIVE'],
  ['read the room, and has looked away', 300, 60, 'AWAY'],
  ['left the room on the screen and went for lunch', 600, 10, 'AWAY'],
  ['a screen that shows the room and that nobody ever touched', null, 0, 'AWAY'],
] as const)('%s', (_, active, looked, expected) => {
  const activity = { lastActiveAt: ago(active), lookedAtRoomAt: ago(looked) };
  expect(attention(activity, now)).toBe(expected);
});
