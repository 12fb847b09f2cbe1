import { createHmac, createPrivateKey, sign as signWith } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import type { Viewer } from '../domain/viewer.ts';
import {
  createIdentitySigner,
  createIdentityVerifier,
  identityNamed,
  type SignedFor,
  type SignIdentity,
} from './internal-identity.ts';

const viewer: Viewer = { userId: 'usr_1', sessionId: 'ses_1', roles: ['CUSTOMER'] };
const request: SignedFor = { audience: 'orders', body: '{"query":"{a}"}', operationType: 'query' };
let privateKey: JWK;
let publicKey: JWK;
let sign: SignIdentity;

const keyPair = async (kid: string) => {
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  const { d: _, ...open } = jwk;
  return { secret: { ...jwk, kid }, open: { ...open, kid } };
};

beforeAll(async () => {
  ({ secret: privateKey, open: publicKey } = await keyPair('k1'));
  sign = createIdentitySigner(privateKey);
});

test('a subgraph reads who asks, signed-in or anonymous', async () => {
  const verify = createIdentityVerifier({ keys: [publicKey] }, 'orders');
  const known = await verify(sign({ viewer, requestId: 'r1' }, request));
  expect(known).toMatchObject({ viewer, requestId: 'r1', operationType: 'query' });
  expect(() => known.assertBody(request.body)).not.toThrow();
  expect((await verify(sign({ viewer: null, requestId: 'r2' }, request))).viewer).toBeNull();
});

test('a suspension goes along, signed, for one viewer and for many', async () => {
  const verify = createIdentityVerifier({ keys: [publicKey] }, 'orders');
  const suspended: Viewer = { ...viewer, suspended: true };
  expect((await verify(sign({ viewer: suspended, requestId: 'r1' }, request))).viewer).toEqual(
    suspended,
  );
  expect((await verify(sign({ viewer, requestId: 'r1' }, request))).viewer).toEqual(viewer);
  expect(identityNamed({ ...suspended }, 'r1').viewer).toEqual(suspended);
  expect(identityNamed({ ...viewer, suspended: 'no' }, 'r1').viewer).toEqual(viewer);
});

test('one of several is named with their own request, or with that of all', () => {
  expect(identityNamed({ ...viewer, requestId: 'r2' }, 'r1')).toEqual({ viewer, requestId: 'r2' });
  expect(identityNamed({ ...viewer }, 'r1')).toEqual({ viewer, requestId: 'r1' });
});

test('where the client of a mutation is, and what it calls itself, goes along, signed', async () => {
  const verify = createIdentityVerifier({ keys: [publicKey] }, 'orders');
  const identity = {
    viewer: null,
    requestId: 'r1',
    clientAddress: '2001:db8:0:0::/64',
    userAgent: 'Souk/1',
  };
  expect(await verify(sign(identity, request))).toMatchObject({
    clientAddress: '2001:db8:0:0::/64',
    userAgent: 'Souk/1',
  });
  expect(await verify(sign({ viewer, requestId: 'r1' }, request))).not.toHaveProperty(
    'clientAddress',
  );
});

test('a captured token is no use elsewhere: other subgraph, other body, other key', async () => {
  const token = sign({ viewer, requestId: 'r1' }, request);
  const other = await keyPair('k1');
  await expect(createIdentityVerifier({ keys: [publicKey] }, 'users')(token)).rejects.toThrow();
  await expect(createIdentityVerifier({ keys: [other.open] }, 'orders')(token)).rejects.toThrow();
  const verified = await createIdentityVerifier({ keys: [publicKey] }, 'orders')(token);
  expect(() => verified.assertBody('{"query":"{b}"}')).toThrow('not the one that was signed');
});

test('expired, unsigned and foreign tokens are refused', async () => {
  const verify = createIdentityVerifier({ keys: [publicKey] }, 'orders');
  const key = await importJWK(privateKey, 'EdDSA');
  const now = Math.floor(Date.now() / 1000);
  const forge = (typ: string, expiresAt: number) =>
    new SignJWT({ bh: 'x', rid: 'r', op: 'query' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ })
      .setIssuer('gateway')
      .setAudience('orders')
      .setIssuedAt()
      .setJti('1')
      .setExpirationTime(expiresAt)
      .sign(key);
  await expect(verify(await forge('internal+jwt', now + 30))).resolves.toBeTruthy();
  const tokens = [
    '',
    'undefined',
    'a.b.c',
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
    await forge('at+jwt', now + 30),
    await forge('internal+jwt', now - 60),
  ];
  for (const token of tokens) await expect(verify(token)).rejects.toThrow();
});

test('nothing is taken of a token that was changed anywhere, or lacks a part', async () => {
  const verify = createIdentityVerifier({ keys: [publicKey] }, 'orders');
  const token = sign({ viewer, requestId: 'r1' }, request);
  const [head = '', claims = '', signature = ''] = token.split('.');
  const part = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const key = createPrivateKey({ key: { ...privateKey } as never, format: 'jwk' });
  const signed = (aHead: object, someClaims: object) => {
    const text = `${written(aHead)}.${written(someClaims)}`;
    return `${text}.${signWith(null, Buffer.from(text), key).toString('base64url')}`;
  };
  await expect(verify(token)).resolves.toMatchObject({ viewer });
  await expect(verify(signed(part(head), part(claims)))).resolves.toMatchObject({ viewer });
  const without = (claim: string) => {
    const { [claim]: _, ...others } = part(claims);
    return signed(part(head), others);
  };
  const macOf = (text: string) =>
    createHmac('sha256', Buffer.from(publicKey.x ?? '', 'base64url'))
      .update(text)
      .digest('base64url');
  const byMac = `${written({ ...part(head), alg: 'HS256' })}.${claims}`;
  const refused = [
    `${head}.${written({ ...part(claims), sub: 'usr_2' })}.${signature}`,
    `${written({ ...part(head), note: 1 })}.${claims}.${signature}`,
    `${head}.${claims}.`,
    `${head}.${claims}`,
    `${token}.${signature}`,
    `${byMac}.${macOf(byMac)}`,
    signed({ ...part(head), kid: 'k9' }, part(claims)),
    signed({ ...part(head), crit: ['note'], note: 1 }, part(claims)),
    signed(part(head), { ...part(claims), iss: 'somebody' }),
    signed(part(head), { ...part(claims), aud: ['orders', 'users'] }),
    signed(part(head), { ...part(claims), exp: '9999999999' }),
    ...['exp', 'iat', 'jti', 'bh', 'rid', 'op', 'iss', 'aud'].map(without),
  ];
  for (const one of refused) await expect(verify(one), one).rejects.toThrow();
});

test('keys rotate without a refused request: old and new are accepted side by side', async () => {
  const next = await keyPair('k2');
  const verify = createIdentityVerifier({ keys: [publicKey, next.open] }, 'orders');
  const signNext = createIdentitySigner(next.secret);
  for (const signer of [sign, signNext]) {
    expect((await verify(signer({ viewer, requestId: 'r' }, request))).viewer).toEqual(viewer);
  }
});

test('a key that is not for Ed25519 is refused before anything is signed', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const other = await exportJWK(pair.privateKey);
  expect(() => createIdentitySigner({ ...other, kid: 'k1' })).toThrow('not a key for Ed25519');
  expect(() => createIdentitySigner({ kty: 'OKP', kid: 'k1' })).toThrow(TypeError);
});
