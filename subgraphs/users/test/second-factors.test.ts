import { sql } from '@souk/testkit';
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { login, PASSWORD, payloadOf, type StartedUsers, someone, startUsers } from './accounts.ts';
import { eventsOf } from './database.ts';
import { PRESENT, virtualPasskey } from './virtual-passkey.ts';

let graph: StartedUsers;
let now = () => Date.now();
beforeAll(async () => {
  graph = await startUsers();
  const { pass } = graph;
  let ahead = 0;
  graph = {
    ...graph,
    pass: (ms) => {
      ahead += ms;
      pass(ms);
    },
  };
  now = () => Date.now() + ahead;
});
afterAll(() => graph[Symbol.asyncDispose]());

const ERRORS = 'errors { __typename ... on UserError { code path } }';
const TRIES =
  'errors { __typename ... on UserError { code path } ... on CodeInvalidError { attemptsLeft } }';
const SECURITY = `{ viewer { security {
  hasPassword totpEnabled recoveryCodesLeft passkeys { id name backedUp lastUsedAt } } } }`;
const BEGIN = `mutation { beginTotpEnrolment { secret otpauthUri ${ERRORS} } }`;
const CONFIRM = `mutation ($code: String!) { confirmTotpEnrolment(code: $code) { recoveryCodes ${ERRORS} } }`;
const DISABLE = `mutation { disableTotp { viewer { security { totpEnabled recoveryCodesLeft } } ${ERRORS} } }`;
const REPLACE = `mutation { regenerateRecoveryCodes { recoveryCodes ${ERRORS} } }`;
const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) {
  tokens { accessToken } challenge { challengeId methods } ${ERRORS} } }`;
const COMPLETE = `mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) {
  viewer { sessions { edges { node { current authenticatedBy deviceLabel } } } } tokens { accessToken } ${TRIES} } }`;
const PROVE = `mutation ($proof: ProofInput!) { reauthenticate(proof: $proof) {
  session { authenticatedBy } ${TRIES} } }`;
const BEGIN_PASSKEY = `mutation { beginPasskeyRegistration { ceremonyId options ${ERRORS} } }`;
const ADD_PASSKEY = `mutation ($input: RegisterPasskeyInput!) { registerPasskey(input: $input) {
  passkey { id name } ${ERRORS} } }`;
const RENAME_PASSKEY = `mutation ($id: ID!, $name: String!) { renamePasskey(passkeyId: $id, name: $name) {
  passkey { name } ${ERRORS} } }`;
const REMOVE_PASSKEY = `mutation ($id: ID!) { removePasskey(passkeyId: $id) { deletedId ${ERRORS} } }`;
const BEGIN_SIGN_IN =
  'mutation { beginPasskeySignIn { ceremonyId options errors { __typename } } }';
const SIGN_IN = `mutation ($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) {
  viewer { user { username } sessions { edges { node { current authenticatedBy } } } }
  tokens { accessToken } ${ERRORS} } }`;

type Caller = Parameters<StartedUsers['execute']>[2];
const run = async (query: string, variables: Record<string, unknown> = {}, viewer: Caller = null) =>
  payloadOf(await graph.execute(query, variables, viewer), /\{ (\w+)/.exec(query)?.[1] ?? '');
const codeOf = (secret: string) => generate({ secret, epoch: Math.floor(now() / 1_000) });
const security = async (viewer: Caller) => (await run(SECURITY, {}, viewer)).security;

/** Somebody with an authenticator app. */
async function withApp(username: string) {
  const { viewer } = await someone(graph, username);
  const { secret } = await run(BEGIN, {}, viewer);
  const { recoveryCodes } = await run(CONFIRM, { code: await codeOf(secret) }, viewer);
  // A code of the same half minute would be the one that was used to confirm.
  graph.pass(60_000);
  return { viewer, secret: secret as string, recoveryCodes: recoveryCodes as string[] };
}
const begun = async (username: string) =>
  (await run(LOGIN, { input: { login: username, password: PASSWORD, deviceLabel: 'a phone' } }))
    .challenge;
const complete = async (challengeId: string, factor: object) =>
  run(COMPLETE, { input: { challengeId, ...factor } });

describe('an authenticator app', () => {
  test('counts once a code has shown that it works, and is kept encrypted', async () => {
    const { viewer } = await someone(graph, 'ada');
    const first = await run(BEGIN, {}, viewer);
    const { secret, otpauthUri } = await run(BEGIN, {}, viewer);
    expect(otpauthUri).toContain(`secret=${secret}`);
    expect(secret).not.toBe(first.secret);
    const wrong = await run(CONFIRM, { code: await codeOf(first.secret) }, viewer);
    expect(wrong.errors).toMatchObject([{ code: 'CODE_INVALID' }]);
    expect(
      (await run(LOGIN, { input: { login: 'ada', password: PASSWORD } })).tokens,
    ).not.toBeNull();

    const { recoveryCodes } = await run(CONFIRM, { code: await codeOf(secret) }, viewer);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await security(viewer)).toMatchObject({ totpEnabled: true, recoveryCodesLeft: 10 });
    expect((await run(BEGIN, {}, viewer)).errors).toMatchObject([{ code: 'TOTP_ALREADY_ENABLED' }]);
    const [row] = await sql(graph, 'SELECT secret FROM totp WHERE account_id = $1', [
      viewer.userId,
    ]);
    expect(String(row?.secret)).not.toContain(secret);
    expect((await eventsOf(graph, viewer.userId)).at(-1)).toMatchObject({
      payload: { change: 'TOTP_ENABLED' },
    });
  });

  test('is asked for after the password, which alone opens no session', async () => {
    const { secret } = await withApp('bo');
    const answer = await run(LOGIN, { input: { login: 'bo', password: PASSWORD } });
    expect(answer).toMatchObject({
      tokens: null,
      challenge: { methods: ['TOTP', 'RECOVERY_CODE'] },
      errors: [],
    });
    const { challengeId } = await begun('bo');
    expect(await complete(challengeId, { totp: '000000' })).toMatchObject({
      tokens: null,
      errors: [{ code: 'CODE_INVALID', attemptsLeft: 4, path: ['input', 'totp'] }],
    });
    const { viewer, errors } = await complete(challengeId, { totp: await codeOf(secret) });
    expect(errors).toEqual([]);
    const [{ node }] = viewer.sessions.edges;
    expect(node).toEqual({
      current: true,
      authenticatedBy: ['PASSWORD', 'TOTP'],
      deviceLabel: 'a phone',
    });
  });

  test('accepts no code or challenge twice', async () => {
    const { secret } = await withApp('cleo');
    const totp = await codeOf(secret);
    const first = await begun('cleo');
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => complete(first.challengeId, { totp })),
    );
    expect(answers.filter(({ tokens }) => tokens)).toHaveLength(1);
    const second = await begun('cleo');
    expect((await complete(second.challengeId, { totp })).errors).toMatchObject([
      { code: 'CODE_INVALID' },
    ]);
  });

  test('guesses are counted for the account over all its challenges', async () => {
    await withApp('dara');
    const codes = [];
    for (let n = 0; n < 3; n += 1) {
      const { challengeId } = await begun('dara');
      for (let guess = 0; guess < 3; guess += 1) {
        codes.push((await complete(challengeId, { totp: '000000' })).errors[0].code);
      }
    }
    expect(codes.slice(0, 5)).toEqual(Array(5).fill('CODE_INVALID'));
    expect(codes.slice(5)).toEqual(Array(4).fill('RATE_LIMITED'));
  });

  test('has codes that stand in for it, each once, until there are others', async () => {
    const { viewer, secret, recoveryCodes } = await withApp('eli');
    const typed = recoveryCodes[0]?.toLowerCase().replace('-', ' ');
    const first = await begun('eli');
    expect((await complete(first.challengeId, { recoveryCode: typed })).errors).toEqual([]);
    expect((await security(viewer)).recoveryCodesLeft).toBe(9);
    const second = await begun('eli');
    expect((await complete(second.challengeId, { recoveryCode: typed })).errors).toHaveLength(1);
    const needed = (await run(REPLACE, {}, viewer)).errors;
    expect(needed).toMatchObject([{ code: 'REAUTHENTICATION_REQUIRED' }]);
    await run(PROVE, { proof: { totp: await codeOf(secret) } }, viewer);
    const others = await run(REPLACE, {}, viewer);
    expect(others.recoveryCodes).toHaveLength(10);
    const third = await begun('eli');
    const old = await complete(third.challengeId, { recoveryCode: recoveryCodes[1] });
    expect(old.errors).toHaveLength(1);
    const fresh = { recoveryCode: others.recoveryCodes[0] };
    expect((await complete(third.challengeId, fresh)).errors).toEqual([]);
  });

  test('reauthenticates the viewer and can be removed, each with a recent authentication', async () => {
    const { viewer, secret } = await withApp('fay');
    graph.pass(600_000);
    for (const query of [BEGIN, DISABLE, REPLACE, BEGIN_PASSKEY]) {
      expect((await run(query, {}, viewer)).errors).toMatchObject([
        { code: 'REAUTHENTICATION_REQUIRED' },
      ]);
    }
    const proof = { totp: await codeOf(secret) };
    expect((await run(PROVE, { proof }, viewer)).session.authenticatedBy).toEqual([
      'EMAIL_CODE',
      'TOTP',
    ]);
    expect(await run(DISABLE, {}, viewer)).toEqual({
      viewer: { security: { totpEnabled: false, recoveryCodesLeft: 0 } },
      errors: [],
    });
    expect((await login(graph, { login: 'fay' })).errors).toEqual([]);
    expect((await run(REPLACE, {}, viewer)).errors).toMatchObject([{ code: 'TOTP_NOT_ENABLED' }]);
  });
});

describe('a passkey', () => {
  type Key = ReturnType<typeof virtualPasskey>;
  const add = async (viewer: Caller, key: Key, given: { flags?: number } = {}) => {
    const { ceremonyId, options } = await run(BEGIN_PASSKEY, {}, viewer);
    const credential = key.create(options, given.flags);
    return run(ADD_PASSKEY, { input: { ceremonyId, credential, name: 'my phone' } }, viewer);
  };
  const answered = async (key: Key, given = {}) => {
    const { ceremonyId, options } = await run(BEGIN_SIGN_IN);
    return { ceremonyId, credential: key.get(options.challenge, given) };
  };
  const signIn = async (key: Key, given = {}) =>
    run(SIGN_IN, { input: await answered(key, given) });
  const refused = {
    tokens: null,
    errors: [{ __typename: 'ValidationError', code: 'PASSKEY_REFUSED' }],
  };

  test('is added, named, signs in without a name or a second factor, and goes', async () => {
    const { viewer, secret } = await withApp('gus');
    await run(PROVE, { proof: { totp: await codeOf(secret) } }, viewer);
    const key = virtualPasskey();
    const { passkey } = await add(viewer, key);
    expect(passkey).toMatchObject({ id: expect.stringMatching(/^pky_/), name: 'my phone' });
    const renamed = await run(RENAME_PASSKEY, { id: passkey.id, name: 'old phone' }, viewer);
    expect(renamed.passkey.name).toBe('old phone');
    const answer = await signIn(key);
    expect(answer.errors).toEqual([]);
    expect(answer.viewer.user.username).toBe('gus');
    expect(answer.viewer.sessions.edges[0].node.authenticatedBy).toEqual(['PASSKEY']);
    expect((await security(viewer)).passkeys).toMatchObject([
      { name: 'old phone', backedUp: false },
    ]);
    expect((await run(REMOVE_PASSKEY, { id: passkey.id }, viewer)).deletedId).toBe(passkey.id);
    expect(await signIn(key)).toMatchObject(refused);
    const recorded = (await eventsOf(graph, viewer.userId)).map(({ payload }) => payload.change);
    expect(recorded.slice(-2)).toEqual(['PASSKEY_ADDED', 'PASSKEY_REMOVED']);
  });

  test('reauthenticates only its owner', async () => {
    const { viewer } = await someone(graph, 'hal');
    const stranger = await someone(graph, 'ida');
    const key = virtualPasskey();
    await add(viewer, key);
    const others = await run(PROVE, { proof: { passkey: await answered(key) } }, stranger.viewer);
    expect(others.errors).toMatchObject([{ code: 'PASSKEY_REFUSED' }]);
    const own = await run(PROVE, { proof: { passkey: await answered(key) } }, viewer);
    expect(own.session.authenticatedBy).toEqual(['EMAIL_CODE', 'PASSKEY']);
  });

  test.each<[string, Parameters<typeof virtualPasskey>[0], { flags?: number; count?: number }]>([
    ['of a page elsewhere', { origin: 'https://souk.evil.example' }, {}],
    ['of a site that looks alike', { origin: 'http://localhost.evil.example:4000' }, {}],
    ['for another site', { rpId: 'evil.example' }, {}],
    ['that asked nobody for finger or PIN', {}, { flags: PRESENT }],
  ])('%s is not taken', async (what, made, given) => {
    const { viewer } = await someone(graph, `liar_${what.length}`);
    expect((await add(viewer, virtualPasskey(made), given)).errors).toMatchObject([
      { code: 'PASSKEY_REFUSED' },
    ]);
  });

  test('signs in by no answer that was used, copied, or made for something else', async () => {
    const { viewer } = await someone(graph, 'jo');
    const key = virtualPasskey();
    await add(viewer, key);
    const used = await answered(key);
    expect((await run(SIGN_IN, { input: used })).errors).toEqual([]);
    expect(await run(SIGN_IN, { input: used })).toMatchObject(refused);
    const one = await answered(key);
    const other = await answered(key);
    const swapped = { ceremonyId: one.ceremonyId, credential: other.credential };
    expect(await run(SIGN_IN, { input: swapped })).toMatchObject(refused);
    // A copy of the authenticator counts from where it was copied.
    expect(await signIn(key, { count: 1 })).toMatchObject(refused);
    expect(await signIn(key, { flags: PRESENT, count: 50 })).toMatchObject(refused);
    const { ceremonyId } = await run(BEGIN_SIGN_IN);
    for (const credential of [
      {},
      { id: key.id },
      { id: key.id, response: { clientDataJSON: 'x' } },
    ]) {
      expect(await run(SIGN_IN, { input: { ceremonyId, credential } })).toMatchObject(refused);
    }
    expect((await signIn(key, { count: 60 })).errors).toEqual([]);
  });

  test('is both factors, so where there is an app, a mailbox and an open session add none', async () => {
    const { viewer, secret } = await withApp('max');
    const key = virtualPasskey();
    const needed = [{ code: 'REAUTHENTICATION_REQUIRED' }];
    // The session was opened by a code that was mailed, a minute ago.
    expect((await run(BEGIN_PASSKEY, {}, viewer)).errors).toMatchObject(needed);
    await run(PROVE, { proof: { totp: await codeOf(secret) } }, viewer);
    const { ceremonyId, options } = await run(BEGIN_PASSKEY, {}, viewer);
    await run(PROVE, { proof: { password: PASSWORD } }, viewer);
    const input = { ceremonyId, credential: key.create(options), name: 'a thief’s' };
    expect((await run(ADD_PASSKEY, { input }, viewer)).errors).toMatchObject(needed);
    graph.pass(60_000);
    await run(PROVE, { proof: { totp: await codeOf(secret) } }, viewer);
    expect((await add(viewer, key)).errors).toEqual([]);
  });

  test('that its owner took off signs them in nowhere, though somebody else put it on theirs', async () => {
    const { viewer } = await someone(graph, 'nils');
    const thief = await someone(graph, 'olga');
    const key = virtualPasskey();
    const { passkey } = await add(viewer, key);
    await run(REMOVE_PASSKEY, { id: passkey.id }, viewer);
    // Without attestation nobody has to show that they hold the key which they register.
    const { ceremonyId, options } = await run(BEGIN_PASSKEY, {}, thief.viewer);
    const own = Buffer.from(viewer.userId).toString('base64url');
    const copied = { ceremonyId, credential: key.create(options), name: 'copied' };
    expect((await run(ADD_PASSKEY, { input: copied }, thief.viewer)).errors).toEqual([]);
    expect(await signIn(key, { userHandle: own })).toMatchObject(refused);
    expect(await signIn(key, { userHandle: '' })).toMatchObject(refused);
    expect((await signIn(key)).viewer.user.username).toBe('olga');
  });

  test('is one account’s, of two that add it at once', async () => {
    const both = await Promise.all(['pim', 'pam'].map((name) => someone(graph, name)));
    const key = virtualPasskey();
    const answers = await Promise.all(both.map(({ viewer }) => add(viewer, key)));
    expect(answers.map(({ errors }) => errors[0]?.code ?? 'ADDED').sort()).toEqual([
      'ADDED',
      'PASSKEY_KNOWN',
    ]);
  });

  test('belongs to one account, and is hidden from others', async () => {
    const { viewer } = await someone(graph, 'kai');
    const stranger = await someone(graph, 'lou');
    const key = virtualPasskey();
    const { passkey } = await add(viewer, key);
    expect((await add(stranger.viewer, key)).errors).toMatchObject([{ code: 'PASSKEY_KNOWN' }]);
    for (const query of [RENAME_PASSKEY, REMOVE_PASSKEY]) {
      const answer = await run(query, { id: passkey.id, name: 'mine' }, stranger.viewer);
      expect(answer.errors).toMatchObject([{ code: 'PASSKEY_NOT_FOUND' }]);
    }
    const { ceremonyId, options } = await run(BEGIN_PASSKEY, {}, viewer);
    const credential = virtualPasskey().create(options);
    const stolen = { input: { ceremonyId, credential, name: 'mine' } };
    expect((await run(ADD_PASSKEY, stolen, stranger.viewer)).errors).toMatchObject([
      { code: 'PASSKEY_REFUSED' },
    ]);
  });
});
