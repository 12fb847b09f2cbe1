import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { createSignedCursors } from '@souk/runtime/domain';
import { createOpenValue, createSealValue } from '@souk/runtime/events';
import { createIdentitySigner, createIdentityVerifier } from '@souk/runtime/identity';
import { publicKeys } from '@souk/users';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
type Environment = Record<string, string>;

const run = (script: string, args: readonly string[] = [], input = ''): Environment => {
  const file = `deploy/${script}`;
  const text = execFileSync(process.execPath, [file, ...args], {
    ...{ cwd: ROOT, encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] },
  });
  return parseEnv(text) as Environment;
};
const textOf = (env: Environment) =>
  Object.entries(env)
    .map(([name, value]) => `${name}='${value}'`)
    .join('\n');
const step = (name: string, env: Environment) => run('rotate-keys.mjs', [name], textOf(env));

/** What a process of one environment gives out. */
async function givenOutBy(env: Environment) {
  const [key] = JSON.parse(env.ACCESS_TOKEN_PRIVATE_KEYS ?? '');
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .sign(await importJWK(key, 'EdDSA'));
  const sign = createIdentitySigner(JSON.parse(env.INTERNAL_IDENTITY_PRIVATE_KEY ?? ''));
  return {
    token,
    sealed: createSealValue(env.EVENT_SEALING_KEY)('ABCD2345'),
    cursor: createSignedCursors(env.CURSOR_SECRET ?? '').sign('list', 5),
    identity: sign(
      { viewer: null, requestId: 'r' },
      { audience: 'users', body: '{}', operationType: 'query' },
    ),
  };
}

/** Rejects what a process of the other environment does not accept. */
async function accepts(env: Environment, given: Awaited<ReturnType<typeof givenOutBy>>) {
  const accessTokenPrivateKeys = JSON.parse(env.ACCESS_TOKEN_PRIVATE_KEYS ?? '');
  await jwtVerify(given.token, createLocalJWKSet(publicKeys({ accessTokenPrivateKeys })));
  createSignedCursors(env.CURSOR_SECRET ?? '').verify('list', given.cursor);
  expect(createOpenValue(env.EVENT_OPENING_KEYS?.split(',') ?? [])(given.sealed)).toBe('ABCD2345');
  await createIdentityVerifier(
    JSON.parse(env.INTERNAL_IDENTITY_KEYS ?? ''),
    'users',
  )(given.identity);
}

test('at every step of a rotation, processes of before and after accept each other’s keys', async () => {
  const before = run('keys.mjs');
  const begun = step('begin', before);
  const switched = step('switch', begun);
  const ended = step('end', switched);
  const rollouts = [
    [before, begun],
    [begun, switched],
    [switched, ended],
  ] as const;
  for (const [old, next] of rollouts) {
    await accepts(next, await givenOutBy(old));
    await accepts(old, await givenOutBy(next));
  }
  // Afterwards nothing of before counts, but for what decrypts what is stored.
  const first = await givenOutBy(before);
  await expect(accepts(ended, first)).rejects.toThrow();
  expect(() =>
    createSignedCursors(ended.CURSOR_SECRET ?? '').verify('list', first.cursor),
  ).toThrow();
  const kids = (env: Environment) =>
    JSON.parse(env.ACCOUNT_SECRET_KEYS ?? '').map(({ kid }: { kid: string }) => kid);
  expect(kids(ended)).toEqual([kids(begun)[1], kids(before)[0]]);
  expect(Object.keys(ended).sort()).toEqual(Object.keys(before).sort());
  expect(ended.POSTGRES_PASSWORD).toBe(before.POSTGRES_PASSWORD);
});

test.each([
  ['switch', 'No rotation is under way'],
  ['sideways', 'There is no step sideways'],
])('%s at the wrong time is refused', (name, message) => {
  expect(() => step(name, run('keys.mjs'))).toThrow(message);
  const begun = step('begin', run('keys.mjs'));
  expect(() => step('begin', begun)).toThrow('A rotation is under way');
  expect(() => step('end', begun)).toThrow('The keys are not switched');
});
