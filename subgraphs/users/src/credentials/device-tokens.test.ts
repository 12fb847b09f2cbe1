import { expect, test } from 'vitest';
import { createSecretKey } from './account-secrets.ts';
import { createDeviceTokens } from './device-tokens.ts';

const [old, next] = [createSecretKey(), createSecretKey()];
const device = { userId: 'usr_1', sessionId: 'ses_1' };

test('a device stays known while keys are rotated, and by no key of another installation', async () => {
  const token = await createDeviceTokens({ accountSecretKeys: [old] }).sign(device);
  const rotated = createDeviceTokens({ accountSecretKeys: [next, old] });
  expect(await rotated.open(token)).toEqual(device);
  expect(await rotated.open(await rotated.sign(device))).toEqual(device);
  const another = createDeviceTokens({ accountSecretKeys: [createSecretKey()] });
  expect(await another.open(token)).toBeNull();
  const pretended = { ...createSecretKey(), kid: String(old.kid) };
  expect(await createDeviceTokens({ accountSecretKeys: [pretended] }).open(token)).toBeNull();
});
