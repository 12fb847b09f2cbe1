import { expect, test } from 'vitest';
import { mayCreateRooms, roleHeld } from './group-rights.ts';

test.each(['GUEST', 'OF_TOMORROW'])('the role %s of another release allows the least', (held) => {
  expect(roleHeld(held)).toBe('MEMBER');
  expect(mayCreateRooms(roleHeld(held))).toBe(false);
});

test.each(['OWNER', 'ADMIN', 'MODERATOR', 'MEMBER'])('the role %s is read as it is', (held) => {
  expect(roleHeld(held)).toBe(held);
});
