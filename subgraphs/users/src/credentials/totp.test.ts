import { expect, test } from 'vitest';
import { newTotpSecret, otpauthUri, totpStep } from './totp.ts';

// RFC 6238, appendix B, SHA-1, whose codes have eight digits there: the last six are ours.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VECTORS: [number, string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];
const at = (seconds: number) => new Date(seconds * 1_000);

test.each(VECTORS)('at %i s the code is %s', async (seconds, code) => {
  const step = Math.floor(seconds / 30);
  const secret = { secret: SECRET, lastStep: null };
  expect(await totpStep(secret, code, at(seconds))).toBe(step);
  expect(await totpStep(secret, ` ${code.slice(0, 3)} ${code.slice(3)}`, at(seconds))).toBe(step);
  expect(await totpStep(secret, code, at(seconds + 30))).toBe(step);
  expect(await totpStep(secret, code, at(seconds - 30))).toBe(step);
  expect(await totpStep(secret, code, at(seconds + 90))).toBeNull();
  expect(await totpStep({ secret: SECRET, lastStep: step - 1 }, code, at(seconds))).toBe(step);
  expect(await totpStep({ secret: SECRET, lastStep: step }, code, at(seconds))).toBeNull();
});

test.each(['', '28708', '2870821', 'abcdef', '-87082', '2870.2'])(
  '%j is no code',
  async (typed) => {
    expect(await totpStep({ secret: SECRET, lastStep: null }, typed, at(59))).toBeNull();
  },
);

test('each secret is another one, in an address that apps read', () => {
  const [one, other] = [newTotpSecret(), newTotpSecret()];
  expect(one).not.toBe(other);
  const uri = new URL(otpauthUri(one, 'ada@example.com'));
  expect(uri.href).toMatch(/^otpauth:\/\/totp\/Souk:ada/);
  expect(uri.searchParams.get('secret')).toBe(one);
});
