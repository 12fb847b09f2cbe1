import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AccessTokenKeys } from './access-token-keys.ts';
import { createAccessTokenVerifier } from './viewer.ts';

/** A verifier whose keys can be published again, and how often it has checked a signature. */
async function verifierOf() {
  const first = await generateKeyPair('EdDSA', { extractable: true });
  const second = await generateKeyPair('EdDSA', { extractable: true });
  const published = async (pair: typeof first, kid: string) => {
    const key = { ...(await exportJWK(pair.publicKey)), kid, alg: 'EdDSA' };
    return createLocalJWKSet({ keys: [key] });
  };
  let current = await published(first, 'k1');
  const keys: AccessTokenKeys = (header, token) => current(header, token);
  const checked = vi.spyOn(crypto.subtle, 'verify');
  onTestFinished(() => checked.mockRestore());
  const sign = (expiresIn: string) =>
    new SignJWT({ sid: 'ses_1', roles: ['SELLER'] })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k1' })
      .setIssuer('souk')
      .setAudience('gateway')
      .setSubject('usr_1')
      .setIssuedAt()
      .setExpirationTime(expiresIn)
      .sign(first.privateKey);
  return {
    verify: createAccessTokenVerifier({ keys }),
    sign,
    checked,
    publish: async (
      which: 'another key' | 'another key by the same name' | 'the same key anew',
    ) => {
      if (which === 'another key') current = await published(second, 'k2');
      else if (which === 'the same key anew') current = await published(first, 'k1');
      else current = await published(second, 'k1');
    },
  };
}

test('the signature of a token is checked once, however often its client asks', async () => {
  const { verify, sign, checked } = await verifierOf();
  const token = await sign('1h');
  const verified = await verify(token);
  for (let time = 0; time < 5; time += 1) expect(await verify(token)).toEqual(verified);
  expect(checked).toHaveBeenCalledTimes(1);
  await verify(await sign('2h'));
  expect(checked).toHaveBeenCalledTimes(2);
});

test('a token that is changed by a letter is another one', async () => {
  const { verify, sign } = await verifierOf();
  const token = await sign('1h');
  await verify(token);
  const [head, claims, signature = ''] = token.split('.');
  const others = [signature[0] === 'A' ? 'B' : 'A', signature.slice(1)].join('');
  await expect(verify([head, claims, others].join('.'))).rejects.toThrow('signature');
});

test('a token that was accepted by a key that is no longer valid is refused', async () => {
  const { verify, sign, checked, publish } = await verifierOf();
  const token = await sign('1h');
  await verify(token);
  await publish('another key by the same name');
  await expect(verify(token)).rejects.toThrow('signature');
  await publish('another key');
  await expect(verify(token)).rejects.toThrow('no applicable key');
  await publish('the same key anew');
  await verify(token);
  expect(checked).toHaveBeenCalledTimes(3);
});

test('a token expires at its time, also where it was found good before', async () => {
  const { verify, sign } = await verifierOf();
  const token = await sign('1m');
  await verify(token);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 64_000 });
  onTestFinished(() => void vi.useRealTimers());
  // Clocks may differ by five seconds.
  await verify(token);
  vi.setSystemTime(Date.now() + 2_000);
  await expect(verify(token)).rejects.toThrow('exp');
});
