import { expect, test } from 'vitest';
import { newSealingKeys, seal, unseal } from './sealed-data.ts';

test('a sealed value can be opened only with its own key, and only unchanged', () => {
  const [own, other] = [newSealingKeys(), newSealingKeys()];
  const text = 'tea '.repeat(1_000);
  const sealed = seal(own.publicKey, text);
  expect(unseal(own.privateKey, sealed)).toBe(text);
  expect(seal(own.publicKey, text)).not.toBe(sealed);
  expect(() => unseal(other.privateKey, sealed)).toThrow();
  const changed = Buffer.from(sealed, 'base64');
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(() => unseal(own.privateKey, changed.toString('base64'))).toThrow();
});
