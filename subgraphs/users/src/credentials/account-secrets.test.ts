import { expect, test } from 'vitest';
import { createAccountSecrets, createSecretKey } from './account-secrets.ts';

test('a secret can be decrypted with every key of the ring, only for its account', async () => {
  const [old, newer] = [createSecretKey(), createSecretKey()];
  const before = createAccountSecrets({ accountSecretKeys: [old] });
  const sealed = await before.seal('usr_a', 'a secret');
  expect(Buffer.from(sealed).toString()).not.toContain('a secret');

  const rotated = createAccountSecrets({ accountSecretKeys: [newer, old] });
  expect(await rotated.open('usr_a', sealed)).toBe('a secret');
  await expect(rotated.open('usr_b', sealed)).rejects.toThrow('another account');
  const after = createAccountSecrets({ accountSecretKeys: [newer] });
  await expect(after.open('usr_a', sealed)).rejects.toThrow('not in the ring');
  expect(await after.open('usr_a', await rotated.seal('usr_a', 'another'))).toBe('another');
});
