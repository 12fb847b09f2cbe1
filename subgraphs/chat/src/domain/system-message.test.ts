import { expect, test } from 'vitest';
import { unreadOf } from './system-message.ts';

test.each([
  ['nothing was read', { readUpTo: 0, readSystemCount: 0 }, 3],
  ["what follows is the room's alone", { readUpTo: 4, readSystemCount: 1 }, 0],
  ["the room's are on both sides", { readUpTo: 2, readSystemCount: 1 }, 2],
  ['everything was read', { readUpTo: 5, readSystemCount: 2 }, 0],
])('a system message does not count as unread: %s', (_, place, unread) => {
  // 1 the room, 2 to 4 people, 5 the room.
  expect(unreadOf({ lastSequence: 5, systemCount: 2 }, place)).toBe(unread);
});
