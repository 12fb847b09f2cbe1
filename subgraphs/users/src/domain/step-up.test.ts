import { expect, test } from 'vitest';
import { acceptedProofs, isRecentProof, type SignInMethods } from './step-up.ts';

const nothing: SignInMethods = {
  hasPassword: false,
  emailVerified: false,
  totpEnabled: false,
  recoveryCodesLeft: 0,
  passkeys: 0,
  identities: 0,
};

test.each([
  [{ hasPassword: true }, ['PASSWORD']],
  [{ hasPassword: true, emailVerified: true }, ['PASSWORD', 'EMAIL_CODE']],
  [{ passkeys: 2 }, ['PASSKEY']],
  [{ totpEnabled: true, recoveryCodesLeft: 10 }, ['TOTP', 'RECOVERY_CODE']],
  [{ totpEnabled: true }, ['TOTP']],
  // Codes of an authenticator that was taken away open nothing.
  [{ recoveryCodesLeft: 10, identities: 3 }, []],
])('%j is proved by %j', (has, methods) => {
  expect(acceptedProofs({ ...nothing, ...has })).toEqual(methods);
});

test('a proof is recent for ten minutes', () => {
  const at = new Date('2026-01-01T00:00:00Z');
  expect(isRecentProof(at, new Date('2026-01-01T00:10:00Z'))).toBe(true);
  expect(isRecentProof(at, new Date('2026-01-01T00:10:00.001Z'))).toBe(false);
});
