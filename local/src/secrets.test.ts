import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localSecrets, publicHalf } from './secrets.ts';

test('secrets are created once, readable only by their owner, and found again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'souk secrets '));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const first = await localSecrets(dataDir);
  expect(await localSecrets(dataDir)).toEqual(first);
  expect(statSync(join(dataDir, 'secrets.json')).mode & 0o077).toBe(0);
  expect(first.accessTokenKey.kid).not.toBe(first.internalIdentityKey.kid);
  const { accountSecretKey, ...earlier } = first;
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify(earlier));
  const later = await localSecrets(dataDir);
  expect(later).toMatchObject(earlier);
  expect(later.accountSecretKey.k).not.toBe(accountSecretKey.k);
  expect(await localSecrets(dataDir)).toEqual(later);
  expect(publicHalf(first.accessTokenKey)).not.toHaveProperty('d');
});
