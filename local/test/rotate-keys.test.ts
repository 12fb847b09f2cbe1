import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { createSignedCursors } from '@souk/runtime/domain';
import { createOpenValue, createSealValue, SEALED_FOR, type SealedFor } from '@souk/runtime/events';
import { createIdentitySigner, createIdentityVerifier } from '@souk/runtime/identity';
import { readConfig } from '@souk/runtime/process';
import { openingSettings, sealingSettings } from '@souk/runtime/subgraph';
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

const sealingKeysOf = (env: Environment) => {
  const { eventSealingKeys } = readConfig(env, sealingSettings);
  return eventSealingKeys;
};
const openerOf = (env: Environment, recipient: SealedFor) =>
  createOpenValue(readConfig(env, openingSettings(recipient)).eventOpeningKeys);

/** What a process of one environment gives out. */
async function givenOutBy(env: Environment) {
  const [key] = JSON.parse(env.ACCESS_TOKEN_PRIVATE_KEYS ?? '');
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .sign(await importJWK(key, 'EdDSA'));
  const seal = createSealValue(sealingKeysOf(env));
  const sign = createIdentitySigner(JSON.parse(env.INTERNAL_IDENTITY_PRIVATE_KEY ?? ''));
  return {
    token,
    sealed: SEALED_FOR.map((recipient) => seal(recipient, `for ${recipient}`)),
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
  SEALED_FOR.forEach((recipient, nth) => {
    expect(openerOf(env, recipient)(given.sealed[nth] ?? '')).toBe(`for ${recipient}`);
  });
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
  // Afterwards no token of before counts. What is in other hands for days does, until the next rotation ends.
  const first = await givenOutBy(before);
  await expect(accepts(ended, first)).rejects.toThrow('no applicable key');
  await accepts(ended, {
    ...(await givenOutBy(ended)),
    sealed: first.sealed,
    cursor: first.cursor,
  });
  const again = step('end', step('switch', step('begin', ended)));
  const cursors = createSignedCursors(again.CURSOR_SECRET ?? '');
  expect(() => cursors.verify('list', first.cursor)).toThrow('does not belong here');
  expect(() => openerOf(again, 'products')(first.sealed[1] ?? '')).toThrow('not among');
  const kids = (env: Environment) =>
    JSON.parse(env.ACCOUNT_SECRET_KEYS ?? '').map(({ kid }: { kid: string }) => kid);
  expect(kids(ended)).toEqual([kids(begun)[1], kids(before)[0]]);
  expect(Object.keys(ended).sort()).toEqual(Object.keys(before).sort());
  expect(ended.POSTGRES_PASSWORD).toBe(before.POSTGRES_PASSWORD);
});

test('no subgraph opens what was sealed for another', async () => {
  const env = run('keys.mjs');
  const { sealed } = await givenOutBy(env);
  expect(() => openerOf(env, 'products')(sealed[0] ?? '')).toThrow('not among');
  expect(() => openerOf(env, 'notifications')(sealed[1] ?? '')).toThrow('not among');
});

test('a rotation without its first step is refused somewhere (mutant)', async () => {
  const before = run('keys.mjs');
  const replaced = step('end', step('switch', step('begin', before)));
  await expect(accepts(before, await givenOutBy(replaced))).rejects.toThrow();
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
