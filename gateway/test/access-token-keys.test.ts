import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@souk/runtime/process';
import { asListener, until } from '@souk/testkit';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  type AccessTokenKeys,
  createAccessTokenKeys,
  createAccessTokenVerifier,
  IdentityUnavailable,
} from '../src/index.ts';
import { keysOfALibrary } from './mutants/keys-of-a-library.ts';
import { startToy } from './support/start-toy.ts';
import { ADA } from './support/toy-shop.ts';

let pairs: Record<string, GenerateKeyPairResult>;
let published: string[];
let isAway: boolean;
let fetched: number;
let url: URL;

beforeEach(async () => {
  pairs = { k1: await generateKeyPair('EdDSA'), k2: await generateKeyPair('EdDSA') };
  published = ['k1'];
  isAway = false;
  fetched = 0;
  const server = createServer(
    asListener(async (_, response) => {
      fetched += 1;
      if (isAway) return void response.destroy();
      const keys = published.map(async (kid) => ({
        ...(await exportJWK((pairs[kid] as GenerateKeyPairResult).publicKey)),
        kid,
        alg: 'EdDSA',
      }));
      response.end(JSON.stringify({ keys: await Promise.all(keys) }));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

const keysOf = (file?: string) => createAccessTokenKeys({ url, file, logger: silentLogger });
const tokenBy = (kid: string) =>
  new SignJWT({ sid: 'ses_1', roles: [] })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
    .setIssuer('souk')
    .setAudience('gateway')
    .setSubject(ADA)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign((pairs[kid] as GenerateKeyPairResult).privateKey);

const startWith = (file?: string) => startWithKeys(keysOf(file));

async function startWithKeys(keys: AccessTokenKeys) {
  const toy = await startToy({ verifyAccessToken: createAccessTokenVerifier({ keys }) });
  onTestFinished(() => toy.gateway.close());
  const authorization = `Bearer ${await tokenBy('k1')}`;
  const ask = async () => {
    const { status, body, headers } = await toy.post('{ whoAsks }', {}, { authorization });
    return { status, code: body.errors?.[0].extensions.code, retry: headers.get('retry-after') };
  };
  const closeCode = () =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(toy.wsUrl, 'graphql-transport-ws');
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })),
      );
      socket.on('message', () => resolve(0));
      socket.on('close', resolve);
    });
  return { ask, closeCode };
}
const GOOD = { status: 200, code: undefined, retry: null };
const NOT_NOW = { status: 503, code: 'SERVICE_UNAVAILABLE', retry: '1' };

test('while keys cannot be fetched nobody is asked to sign in again, and it recovers by itself', async () => {
  isAway = true;
  const { ask, closeCode } = await startWith();
  expect(await ask()).toEqual(NOT_NOW);
  // Client libraries come back after this code, other than after 4403.
  expect(await closeCode()).toBe(1013);
  isAway = false;
  await until(async () => (await ask()).status === 200);
  expect(await closeCode()).toBe(0);
});

test("a library's key fetching asks everybody to sign in again (mutant)", async () => {
  isAway = true;
  const { ask, closeCode } = await startWithKeys(keysOfALibrary(url));
  expect(await ask()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(await closeCode()).toBe(4403);
});

test('known keys stay valid while they cannot be fetched again', async () => {
  const { ask } = await startWith();
  expect(await ask()).toEqual(GOOD);
  isAway = true;
  expect(await ask()).toEqual(GOOD);
  expect(fetched).toBe(1);
});

test('keys that are made up cost one fetch together, and cannot keep a new key from being found', async () => {
  const verify = createAccessTokenVerifier({ keys: keysOf() });
  await verify(await tokenBy('k1'));
  pairs.made_up = await generateKeyPair('EdDSA');
  const madeUp = await tokenBy('made_up');
  await Promise.all(
    Array.from({ length: 50 }, () => expect(verify(madeUp)).rejects.toThrow('no applicable key')),
  );
  expect(fetched).toBe(2);
  published = ['k1', 'k2'];
  // Just after a fetch, as at any time.
  await verify(await tokenBy('k2'));
  expect(fetched).toBe(3);
});

test('made-up key ids are refused quickly each time', async () => {
  const verify = createAccessTokenVerifier({ keys: keysOf() });
  await verify(await tokenBy('k1'));
  const before = Date.now();
  for (let n = 1; n <= 20; n += 1) {
    pairs[`made_up_${n}`] = pairs.k2 as GenerateKeyPairResult;
    await expect(verify(await tokenBy(`made_up_${n}`))).rejects.toThrow('no applicable key');
  }
  // At one fetch a second the last would have waited for nineteen.
  expect(Date.now() - before).toBeLessThan(15_000);
  expect(fetched).toBe(21);
});

test('with a file, keys of the last start count at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'souk keys '));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  expect(await (await startWith(file)).ask()).toEqual(GOOD);
  await until(async () => (await readFile(file, 'utf8').catch(() => '')).includes('k1'));
  isAway = true;
  expect(await (await startWith(file)).ask()).toEqual(GOOD);
  await writeFile(file, 'no keys');
  expect(await (await startWith(file)).ask()).toEqual(NOT_NOW);
});

test('an unknown key may be new, and is fetched as soon as users answers', async () => {
  const verify = createAccessTokenVerifier({ keys: keysOf() });
  await verify(await tokenBy('k1'));
  await expect(verify(await tokenBy('k2'))).rejects.toThrow('no applicable key');
  const folder = await mkdtemp(join(tmpdir(), 'souk keys '));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  await createAccessTokenVerifier({ keys: keysOf(file) })(await tokenBy('k1'));
  await until(async () => (await readFile(file, 'utf8').catch(() => '')).includes('k1'));
  isAway = true;
  const ofLastStart = createAccessTokenVerifier({ keys: keysOf(file) });
  await expect(ofLastStart(await tokenBy('k2'))).rejects.toThrow(IdentityUnavailable);
  published = ['k1', 'k2'];
  isAway = false;
  await until(async () =>
    ofLastStart(await tokenBy('k2')).then(
      () => true,
      (error) => {
        expect(error).toBeInstanceOf(IdentityUnavailable);
        return false;
      },
    ),
  );
});
