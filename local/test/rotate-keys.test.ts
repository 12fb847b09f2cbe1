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

/** What a process with one environment issues. */
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

/** Each rollout of a rotation: the environments of processes that run beside each other meanwhile. */
function rolloutsFrom(before: Environment) {
  const begun = step('begin', before);
  const switched = step('switch', begun);
  const ended = step('end', switched);
  const rollouts = [
    ...[[before, begun] as const, [begun, switched] as const, [switched, ended] as const],
  ];
  return { begun, ended, rollouts };
}
/** As it is a day after its rotation ended. */
const aDayLater = (env: Environment): Environment => ({
  ...env,
  KEYS_ROTATED_AT: new Date(Date.parse(env.KEYS_ROTATED_AT ?? '') - 86_400_000).toISOString(),
});

test('at every step of two rotations, processes of before and after accept each other’s keys', async () => {
  const before = run('keys.mjs');
  const first = rolloutsFrom(before);
  const second = rolloutsFrom(aDayLater(first.ended));
  for (const [old, next] of [...first.rollouts, ...second.rollouts]) {
    await accepts(next, await givenOutBy(old));
    await accepts(old, await givenOutBy(next));
  }
  const kids = (env: Environment) =>
    JSON.parse(env.ACCOUNT_SECRET_KEYS ?? '').map(({ kid }: { kid: string }) => kid);
  expect(kids(first.ended)).toEqual([kids(first.begun)[1], kids(before)[0]]);
  const { KEYS_ROTATED_AT: endedAt, ...settings } = first.ended;
  expect(Date.parse(endedAt ?? '')).toBeLessThanOrEqual(Date.now());
  expect(Object.keys(settings).sort()).toEqual(Object.keys(before).sort());
  expect(settings.POSTGRES_PASSWORD).toBe(before.POSTGRES_PASSWORD);
});

test('what a key signed is valid until the end of the rotation after the one that replaced it, and then no longer', async () => {
  const before = run('keys.mjs');
  const made = await givenOutBy(before);
  const { ended, rollouts } = rolloutsFrom(before);
  const again = rolloutsFrom(aDayLater(ended));
  for (const [env] of [...rollouts, ...again.rollouts]) await accepts(env, made);
  const last = await givenOutBy(again.ended);
  for (const kind of ['token', 'sealed', 'cursor', 'identity'] as const) {
    const old = { ...last, [kind]: made[kind] };
    await expect(accepts(again.ended, old), kind).rejects.toThrow(GONE[kind]);
  }
});
const GONE = {
  token: 'no applicable key',
  sealed: 'not among',
  cursor: 'does not belong here',
  identity: 'not signed by a gateway',
};

test('no key is taken away within a day of the last end, unless it leaked: then at once', async () => {
  const { ended } = rolloutsFrom(run('keys.mjs'));
  const made = await givenOutBy(ended);
  const switched = step('switch', step('begin', ended));
  expect(() => step('end', switched)).toThrow('end in 1440 minutes');
  const closed = run('rotate-keys.mjs', ['end', '--leaked'], textOf(switched));
  const fresh = await givenOutBy(closed);
  await accepts(closed, fresh);
  for (const kind of ['token', 'sealed', 'cursor', 'identity'] as const) {
    const old = { ...fresh, [kind]: made[kind] };
    await expect(accepts(closed, old), kind).rejects.toThrow(GONE[kind]);
  }
});

test('no subgraph opens what was sealed for another', async () => {
  const env = run('keys.mjs');
  const { sealed } = await givenOutBy(env);
  expect(() => openerOf(env, 'products')(sealed[0] ?? '')).toThrow('not among');
  expect(() => openerOf(env, 'notifications')(sealed[1] ?? '')).toThrow('not among');
});

test('a rotation without its first step is refused somewhere (mutant)', async () => {
  const before = run('keys.mjs');
  const { ended: replaced } = rolloutsFrom(before);
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
