import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords();

test('a password fits its hash in every Unicode form, and nothing else does', async () => {
  const hash = await passwords.hash('Crème brûlée');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify(hash, 'Crème brûlée'.normalize('NFD'))).toBe(true);
  expect(await passwords.verify(hash, 'creme brulee')).toBe(false);
  expect(await passwords.verify(hash, '')).toBe(false);
  expect(await passwords.hash('Crème brûlée')).not.toBe(hash);
});

test('nothing is cut off', async () => {
  const long = 'walnut '.repeat(19).slice(0, 128);
  const hash = await passwords.hash(long);
  expect(await passwords.verify(hash, long)).toBe(true);
  expect(await passwords.verify(hash, long.slice(0, 127))).toBe(false);
  expect(await passwords.verify(hash, `${long}x`)).toBe(false);
});

test('nobody has a password', async () => {
  for (const password of ['', 'anything', 'x'.repeat(1_000)]) {
    expect(await passwords.verify(null, password)).toBe(false);
  }
});

test('an empty text fits no hash, not even its own', async () => {
  expect(await passwords.verify(await passwords.hash(''), 'x'.repeat(1_000))).toBe(false);
});

test('only weaker parameters are outdated', () => {
  const made = (parameters: string) =>
    passwords.isOutdated(`$argon2id$v=19$${parameters}$c2FsdA$aGFzaA`);
  expect(made('m=19456,t=2,p=1')).toBe(false);
  expect(made('m=65536,t=3,p=4')).toBe(false);
  expect(made('m=8192,t=2,p=1')).toBe(true);
  expect(made('m=19456,t=1,p=1')).toBe(true);
});

test('a flood is turned away at once instead of being queued without end', async () => {
  const hash = await passwords.hash('walnuts');
  const tries = Array.from({ length: 400 }, () => passwords.verify(hash, 'guess'));
  const results = await Promise.allSettled(tries);
  const refused = results.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(results.length - refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ reason: { code: 'SIGN_IN_BUSY', category: 'UNAVAILABLE' } });
  expect(await passwords.verify(hash, 'walnuts')).toBe(true);
});
