import { expect, test } from 'vitest';
import { renewedToken } from './renewed-token.ts';

test('senders that were refused with one token share its renewal', async () => {
  let made = 0;
  const token = renewedToken(
    async () => {
      made += 1;
      return { token: `token-${made}`, validMs: 60_000 };
    },
    () => new Date(0),
  );
  const used = await Promise.all(Array.from({ length: 8 }, () => token.get()));
  expect(new Set(used)).toEqual(new Set(['token-1']));
  for (const refused of used) {
    token.forget(refused);
    expect(await token.get()).toBe('token-2');
  }
  expect(made).toBe(2);
});

test('a failed renewal is tried by the next sender, and an expired token is never used', async () => {
  let now = 0;
  let made = 0;
  const token = renewedToken(
    async () => {
      made += 1;
      if (made === 1) throw new Error('not now');
      return { token: `token-${made}`, validMs: 1_000 };
    },
    () => new Date(now),
  );
  await expect(token.get()).rejects.toThrow('not now');
  expect(await token.get()).toBe('token-2');
  now = 1_000;
  expect(await token.get()).toBe('token-3');
});
