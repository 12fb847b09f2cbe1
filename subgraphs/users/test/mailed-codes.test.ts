import { createEndedSessions } from '@souk/runtime/identity';
import { mailedCode, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUsersSubgraph } from '../src/index.ts';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { answeredChallenge } from '../src/use-cases/answer-challenge.ts';
import {
  LOGIN,
  login,
  PASSWORD,
  payloadOf,
  refresh,
  type StartedUsers,
  someone,
  startUsers,
  viewerOf,
} from './accounts.ts';
import { eventsOf } from './database.ts';
import { countedAfterLooking } from './naive-code-tries.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const CHALLENGE =
  'challenge { challengeId expiresAt resendAfter } errors { __typename ... on UserError { code } }';
const ERRORS =
  'errors { __typename ... on UserError { code message path } ... on CodeInvalidError { attemptsLeft expired } }';
const SIGNED_IN = `viewer { email authenticatedAt sessions { edges { node { current authenticatedBy deviceLabel } } } }
  tokens { accessToken refreshToken } ${ERRORS}`;
const ASK_SIGN_IN = `mutation ($email: EmailAddress!) { requestSignInCode(email: $email) { ${CHALLENGE} } }`;
const SIGN_IN = `mutation ($input: SignInWithCodeInput!) { signInWithCode(input: $input) { ${SIGNED_IN} } }`;
const ASK_RESET = `mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) { ${CHALLENGE} } }`;
const RESET = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { ${SIGNED_IN} } }`;
const SET_PASSWORD = `mutation ($password: String!) { setPassword(newPassword: $password) {
  viewer { id } errors { __typename ... on UserError { code path } } } }`;
const ASK_CHANGE = `mutation ($email: EmailAddress!) { requestEmailChange(newEmail: $email) {
  currentChallenge { challengeId } ${CHALLENGE} } }`;
const CHANGE = `mutation ($input: ConfirmEmailChangeInput!) { confirmEmailChange(input: $input) {
  viewer { email emailVerified pendingEmail } ${ERRORS} } }`;
const ASK_PROOF = `mutation { requestReauthenticationCode { ${CHALLENGE} } }`;
const PROVE = `mutation ($proof: ProofInput!) { reauthenticate(proof: $proof) {
  session { authenticatedBy } ${ERRORS} } }`;
const ASK_VERIFY = `mutation { requestEmailVerification { ${CHALLENGE} } }`;
const VERIFY = `mutation ($input: EmailCodeInput!) { verifyEmail(input: $input) {
  verified viewer { emailVerified } ${ERRORS} } }`;

type Caller = Parameters<StartedUsers['execute']>[2];
const run = async (query: string, variables: Record<string, unknown>, viewer: Caller = null) => {
  const answer = await graph.execute(query, variables, viewer);
  const field = /\{ (\w+)/.exec(query)?.[1] ?? '';
  return payloadOf(answer, field);
};
const emailOf = (username: string) => `${username}@example.com`;

/** Asks for a code, and takes it out of the mail. */
async function asked(query: string, email: string, viewer: Caller = null) {
  const { challenge } = await run(query, { email }, viewer);
  const code = await mailedCode(graph, email);
  return { challengeId: challenge.challengeId as string, code };
}
const invalid = (given: object = {}) => ({
  errors: [{ __typename: 'CodeInvalidError', code: 'CODE_INVALID', ...given }],
});

describe('signing in by mail', () => {
  test('takes the code in any spelling, once, on the device that asked', async () => {
    await someone(graph, 'ada');
    const { challengeId, code } = await asked(ASK_SIGN_IN, emailOf('ada'));
    const typed = ` ${code?.toLowerCase().replace(/(....)/, '$1-')} `;
    const input = { challengeId, code: typed, deviceLabel: 'a phone' };
    const { viewer, tokens, errors } = await run(SIGN_IN, { input });
    expect(errors).toEqual([]);
    expect(viewer.email).toBe(emailOf('ada'));
    expect(viewer.sessions.edges[0].node).toEqual({
      current: true,
      authenticatedBy: ['EMAIL_CODE'],
      deviceLabel: 'a phone',
    });
    expect((await refresh(graph, tokens.refreshToken)).errors).toEqual([]);
    // It was used, and the same is said of one that is wrong.
    const message = 'This code is wrong or no longer valid; ask for another.';
    expect(await run(SIGN_IN, { input })).toMatchObject(invalid({ attemptsLeft: null, message }));
  });

  test("a code opens nothing without its request's id, or for another purpose", async () => {
    await someone(graph, 'bo');
    const stolen = await asked(ASK_SIGN_IN, emailOf('bo'));
    const own = await asked(ASK_SIGN_IN, emailOf('bo'));
    const tries = [
      { ...stolen, challengeId: own.challengeId },
      { ...stolen, challengeId: `chl_${'a'.repeat(32)}` },
      { ...stolen, challengeId: '' },
    ];
    for (const input of tries) expect(await run(SIGN_IN, { input })).toMatchObject(invalid());
    expect(await run(VERIFY, { input: own })).toMatchObject(invalid());
    const reset = { ...own, newPassword: 'a new day for walnuts' };
    expect(await run(RESET, { input: reset })).toMatchObject(invalid());
    expect((await run(SIGN_IN, { input: own })).errors).toEqual([]);
  });

  test('after ten minutes it has expired', async () => {
    await someone(graph, 'cleo');
    const input = await asked(ASK_SIGN_IN, emailOf('cleo'));
    graph.pass(600_000);
    expect(await run(SIGN_IN, { input })).toMatchObject({
      errors: [{ code: 'CODE_EXPIRED', expired: true }],
    });
  });

  test.each([
    ['signing in', ASK_SIGN_IN],
    ['a new password', ASK_RESET],
  ])(
    '%s is answered the same and for the same statements where there is no account',
    async (_, ask) => {
      const name = ask === ASK_SIGN_IN ? 'dara' : 'dora';
      await someone(graph, name);
      const cost = (email: string) => graph.statementsOf(() => run(ask, { email }));
      const known = await cost(emailOf(name));
      const strange = emailOf(`not_${name}`);
      expect(known.length).toBeGreaterThan(3);
      expect(await cost(strange)).toEqual(known);
      expect(await mailedCode(graph, strange)).toBeNull();
      const answer = {
        challenge: {
          challengeId: expect.stringMatching(/^chl_/),
          expiresAt: expect.any(String),
          resendAfter: expect.any(String),
        },
        errors: [],
      };
      expect(await run(ask, { email: strange })).toEqual(answer);
      expect(await run(ask, { email: emailOf(name) })).toEqual(answer);
    },
  );

  test.each([
    ['signing in', 'requestSignInCode'],
    ['a new password', 'requestPasswordReset'],
  ])('no number of strangers keeps a known device from a code for %s', async (_, field) => {
    const name = `wanted_${field.slice(7, 9)}`;
    const { tokens } = await someone(graph, name.toLowerCase());
    const ASK = `mutation ($email: EmailAddress!, $token: String) {
      ${field}(email: $email, deviceToken: $token) { ${CHALLENGE} } }`;
    const ask = async (from: string, token?: string) => {
      const variables = { email: emailOf(name.toLowerCase()), token };
      return payloadOf(await graph.execute(ASK, variables, null, from), field);
    };
    const codesFrom = async (from: string, token?: string) =>
      (await ask(from, token)).errors.map(({ code }: { code: string }) => code);
    for (let stranger = 0; stranger < 6; stranger += 1)
      for (let nth = 0; nth < 5; nth += 1) await ask(`198.51.100.${stranger}`);
    const limited = ['RATE_LIMITED'];
    expect(await codesFrom('203.0.113.1')).toEqual(limited);
    for (let nth = 0; nth < 5; nth += 1)
      expect(await codesFrom('203.0.113.1', tokens.deviceToken)).toEqual([]);
    // It counts for itself, and another account's device for nothing here.
    expect(await codesFrom('203.0.113.1', tokens.deviceToken)).toEqual(limited);
    const other = await someone(graph, `other_${field.slice(7, 9).toLowerCase()}`);
    expect(await codesFrom('203.0.113.1', other.tokens.deviceToken)).toEqual(limited);
  });

  test('an unconfirmed address cannot sign in', async () => {
    const { viewer } = await someone(graph, 'unsure');
    await sql(graph, 'UPDATE account SET email_verified_at = NULL WHERE id = $1', [viewer.userId]);
    await run(ASK_SIGN_IN, { email: emailOf('unsure') });
    expect(await mailedCode(graph, emailOf('unsure'))).toBeNull();
  });
});

describe('tries', () => {
  const WRONG = 'AAAAAAAA';

  test('of a code are five, then not even the right one helps', async () => {
    await someone(graph, 'eli');
    const input = await asked(ASK_SIGN_IN, emailOf('eli'));
    const left = [];
    for (let n = 0; n < 6; n += 1) {
      left.push((await run(SIGN_IN, { input: { ...input, code: WRONG } })).errors[0].attemptsLeft);
    }
    expect(left).toEqual([4, 3, 2, 1, 0, null]);
    expect(await run(SIGN_IN, { input })).toMatchObject(invalid({ attemptsLeft: null }));
  });

  test('fifty at once count as five looks at the code, and of right ones one is taken', async () => {
    await someone(graph, 'fay');
    const guessed = await asked(ASK_SIGN_IN, emailOf('fay'));
    const guesses = await Promise.all(
      Array.from({ length: 50 }, () => run(SIGN_IN, { input: { ...guessed, code: WRONG } })),
    );
    const looked = guesses.filter(({ errors }) => errors[0].attemptsLeft !== null);
    expect(looked.map(({ errors }) => errors[0].attemptsLeft).sort()).toEqual([0, 1, 2, 3, 4]);

    const right = await asked(ASK_SIGN_IN, emailOf('fay'));
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => run(SIGN_IN, { input: right })),
    );
    expect(answers.filter(({ tokens }) => tokens)).toHaveLength(1);
  });

  test('counted after the look would be more, and this suite sees it', async () => {
    await someone(graph, 'gus');
    const { challengeId } = await asked(ASK_SIGN_IN, emailOf('gus'));
    const client = createClient(graph.databaseUrl);
    const naive = countedAfterLooking(storesOn(client), async (digest, attempts) => {
      await client.challenge.update({ where: { digest }, data: { attempts } });
    });
    const looks = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        answeredChallenge(naive, { challengeId, code: WRONG }, 'SIGN_IN'),
      ),
    );
    await client.$disconnect();
    const looked = looks.filter(
      (look) => look.status === 'rejected' && look.reason.data.attemptsLeft !== null,
    );
    expect(looked.length).toBeGreaterThan(5);
  });
});

describe('a new password', () => {
  const NEW = 'another fine day for figs';

  test('by mail ends every session, signs in anew, and voids other codes', async () => {
    const { viewer, tokens } = await someone(graph, 'hal');
    const other = await asked(ASK_SIGN_IN, emailOf('hal'));
    const code = await asked(ASK_RESET, emailOf('hal'));
    const weak = { ...code, newPassword: 'password' };
    expect(await run(RESET, { input: weak })).toMatchObject({
      tokens: null,
      errors: [{ __typename: 'WeakPasswordError', path: ['input', 'newPassword'] }],
    });
    const answer = await run(RESET, { input: { ...code, newPassword: NEW } });
    expect(answer.errors).toEqual([]);
    expect((await refresh(graph, tokens.refreshToken)).errors[0].code).toBe('TOKEN_INVALID');
    expect((await refresh(graph, answer.tokens.refreshToken)).errors).toEqual([]);
    expect((await login(graph, { login: 'hal' })).errors[0].code).toBe('INVALID_CREDENTIALS');
    expect((await login(graph, { login: 'hal', password: NEW })).errors).toEqual([]);
    expect(await run(SIGN_IN, { input: other })).toMatchObject(invalid());
    const recorded = (await eventsOf(graph, viewer.userId)).slice(2);
    expect(recorded.map(({ type, payload }) => [type, payload.reason ?? payload.change])).toEqual([
      ['users.SessionRevoked', 'PASSWORD_CHANGED'],
      ['users.SecurityChanged', 'PASSWORD_SET'],
    ]);
  });

  test('signed in, ends the other sessions and keeps this one', async () => {
    const { viewer, tokens } = await someone(graph, 'ivy');
    const elsewhere = await login(graph, { login: 'ivy' });
    expect((await run(SET_PASSWORD, { password: 'ivy at souk' }, viewer)).errors).toMatchObject([
      { code: 'PASSWORD_TOO_COMMON', path: ['newPassword'] },
    ]);
    expect((await run(SET_PASSWORD, { password: NEW }, viewer)).errors).toEqual([]);
    expect((await refresh(graph, elsewhere.tokens.refreshToken)).errors).toHaveLength(1);
    expect((await refresh(graph, tokens.refreshToken)).errors).toEqual([]);
    graph.pass(600_001);
    expect((await run(SET_PASSWORD, { password: PASSWORD }, viewer)).errors).toMatchObject([
      { code: 'REAUTHENTICATION_REQUIRED' },
    ]);
  });
});

test('an account with an unconfirmed address is taken over whole by a new password', async () => {
  const { viewer, tokens } = await someone(graph, 'tom');
  await sql(graph, 'UPDATE account SET email_verified_at = NULL WHERE id = $1', [viewer.userId]);
  await sql(
    graph,
    `INSERT INTO linked_identity (id, account_id, provider, subject, linked_at)
     VALUES ('lid_squatter', $1, 'corp', 'squatter', now())`,
    [viewer.userId],
  );
  const key = `mutation { createApiKey(input: { name: "a bot", scopes: [ROOMS_READ], idempotencyKey: "5f9c3c36-52a5-4b0c-9d0c-6d0f6f2f6a12" }) { apiKey { id } } }`;
  const { apiKey } = (await graph.ask(key, {}, viewer)).createApiKey;
  const code = await asked(ASK_RESET, emailOf('tom'));
  const answer = await run(RESET, { input: { ...code, newPassword: 'the owner of it now' } });
  expect(answer.errors).toEqual([]);
  expect((await refresh(graph, tokens.refreshToken)).errors).toHaveLength(1);
  const rows = await sql(
    graph,
    `SELECT email_verified_at IS NOT NULL AS verified,
       (SELECT count(*)::int FROM linked_identity WHERE account_id = a.id) AS identities
     FROM account a WHERE id = $1`,
    [viewer.userId],
  );
  expect(rows).toEqual([{ verified: true, identities: 0 }]);
  // What was open in the name of a key is told to end, as sessions are.
  expect(await createEndedSessions(graph.backplane.cache).stateOf(apiKey.id)).toBe('ended');
});

describe('challenges under way when a password changes or a session ends', () => {
  /** The subgraph beside it on the same database, whose hashing waits for somebody else's work. */
  const interrupted = async (during: () => Promise<unknown>) => {
    let isFirst = true;
    const once = async <Result>(work: () => Promise<Result>) => {
      const result = await work();
      if (isFirst) {
        isFirst = false;
        await during();
      }
      return result;
    };
    const { passwords } = graph;
    return createUsersSubgraph({
      ...graph.deps,
      passwords: {
        ...passwords,
        verify: (hash, password) => once(() => passwords.verify(hash, password)),
        hash: (password) => once(() => passwords.hash(password)),
      },
    });
  };
  const ask = async (
    subgraph: Awaited<ReturnType<typeof interrupted>>,
    query: string,
    variables: Record<string, unknown>,
    viewer: Caller = null,
  ) => {
    const identity = { viewer: viewer ?? null, requestId: 'test' };
    const answer = await subgraph.execute({ query, variables, identity });
    await subgraph.close();
    return JSON.parse(JSON.stringify(answer));
  };

  test('signing in with the old password opens no session', async () => {
    const { viewer } = await someone(graph, 'uma');
    const subgraph = await interrupted(() =>
      run(SET_PASSWORD, { password: 'new figs every day' }, viewer),
    );
    const { data } = await ask(subgraph, LOGIN, { input: { login: 'uma', password: PASSWORD } });
    expect(data.login).toMatchObject({ tokens: null, errors: [{ code: 'INVALID_CREDENTIALS' }] });
  });

  test('a session that was logged out sets no password', async () => {
    const { viewer } = await someone(graph, 'vic');
    const logOut = 'mutation { logout(everywhere: true) { revokedSessions } }';
    const subgraph = await interrupted(() => graph.execute(logOut, {}, viewer));
    const { errors } = await ask(
      subgraph,
      SET_PASSWORD,
      { password: 'the figs of a thief' },
      viewer,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await login(graph, { login: 'vic' })).errors).toEqual([]);
  });

  test('of two accounts that confirm one address at once, one has it', async () => {
    const people = await Promise.all(['wes', 'xia'].map((name) => someone(graph, name)));
    const inputs: object[] = [];
    for (const [n, { viewer }] of people.entries()) {
      const { challenge, currentChallenge } = await run(
        ASK_CHANGE,
        { email: 'one@new.example' },
        viewer,
      );
      inputs.push({
        newAddress: {
          challengeId: challenge.challengeId,
          code: await mailedCode(graph, 'one@new.example'),
        },
        currentAddress: {
          challengeId: currentChallenge.challengeId,
          code: await mailedCode(graph, emailOf(['wes', 'xia'][n] ?? '')),
        },
      });
    }
    const answers = await Promise.all(
      people.map(({ viewer }, n) => run(CHANGE, { input: inputs[n] }, viewer)),
    );
    const codes = answers.map(({ errors }) => errors[0]?.code ?? 'OK').sort();
    expect(codes).toEqual(['EMAIL_TAKEN', 'OK']);
  });
});

describe('another address', () => {
  const ask = async (viewer: Caller, from: string, to: string) => {
    const { challenge, currentChallenge } = await run(ASK_CHANGE, { email: to }, viewer);
    return {
      newAddress: { challengeId: challenge.challengeId, code: await mailedCode(graph, to) },
      currentAddress: {
        challengeId: currentChallenge.challengeId,
        code: await mailedCode(graph, from),
      },
    };
  };

  test('is confirmed at both ends', async () => {
    const { viewer } = await someone(graph, 'jo');
    const input = await ask(viewer, emailOf('jo'), 'jo@new.example');
    const pending = await graph.execute('{ viewer { pendingEmail } }', {}, viewer);
    expect(pending.data.viewer.pendingEmail).toBe('jo@new.example');
    const { newAddress } = input;
    expect(await run(CHANGE, { input: { newAddress } }, viewer)).toMatchObject(
      invalid({ path: ['input', 'currentAddress', 'code'] }),
    );
    expect(await run(CHANGE, { input }, viewer)).toEqual({
      viewer: { email: 'jo@new.example', emailVerified: true, pendingEmail: null },
      errors: [],
    });
    const recorded = (await eventsOf(graph, viewer.userId)).slice(2);
    expect(recorded).toMatchObject([
      { type: 'users.EmailVerified', payload: { email: 'jo@new.example' } },
      { type: 'users.SecurityChanged', payload: { change: 'EMAIL_CHANGED', email: emailOf('jo') } },
    ]);
    expect((await login(graph, { login: 'jo@new.example' })).errors).toEqual([]);
  });

  test('consent counts for one address and one person', async () => {
    const { viewer } = await someone(graph, 'kai');
    const wanted = await ask(viewer, emailOf('kai'), 'kai@new.example');
    const other = await ask(viewer, emailOf('kai'), 'kai@other.example');
    const mixed = { newAddress: other.newAddress, currentAddress: wanted.currentAddress };
    expect(await run(CHANGE, { input: mixed }, viewer)).toMatchObject(invalid());
    const stranger = await someone(graph, 'lou');
    expect(await run(CHANGE, { input: wanted }, stranger.viewer)).toMatchObject(invalid());
    expect((await run(CHANGE, { input: wanted }, viewer)).errors).toEqual([]);
  });

  test('with an account is answered the same, without a code', async () => {
    const { viewer } = await someone(graph, 'may');
    await someone(graph, 'ned');
    const { challenge, errors } = await run(ASK_CHANGE, { email: emailOf('ned') }, viewer);
    expect(errors).toEqual([]);
    expect(challenge.challengeId).toMatch(/^chl_/);
    expect(await mailedCode(graph, emailOf('ned'))).toBeNull();
  });
});

test('a code reauthenticates only its own viewer', async () => {
  const { viewer } = await someone(graph, 'ola');
  const stranger = await someone(graph, 'pat');
  const { challenge } = await run(ASK_PROOF, {}, viewer);
  const emailCode = {
    challengeId: challenge.challengeId,
    code: await mailedCode(graph, emailOf('ola')),
  };
  const proof = { emailCode };
  expect(await run(PROVE, { proof }, stranger.viewer)).toMatchObject(
    invalid({ path: ['proof', 'emailCode', 'code'] }),
  );
  expect(await run(PROVE, { proof }, viewer)).toEqual({
    session: { authenticatedBy: ['EMAIL_CODE'] },
    errors: [],
  });
  for (const both of [{}, { ...proof, password: PASSWORD }]) {
    expect((await run(PROVE, { proof: both }, viewer)).errors).toMatchObject([
      { code: 'EXACTLY_ONE_REQUIRED' },
    ]);
  }
});

describe('an address that is not confirmed yet', () => {
  const unconfirmed = async (username: string) => {
    const { viewer } = await someone(graph, username);
    await sql(graph, 'UPDATE account SET email_verified_at = NULL WHERE id = $1', [viewer.userId]);
    return viewer;
  };

  test('is confirmed by its code, which tells others nothing', async () => {
    const viewer = await unconfirmed('quin');
    const first = await asked(ASK_VERIFY, emailOf('quin'), viewer);
    expect(await run(VERIFY, { input: first })).toEqual({
      verified: true,
      viewer: null,
      errors: [],
    });
    expect((await run(ASK_VERIFY, {}, viewer)).challenge).toBeNull();
  });

  test('stays so when the account has another address by then', async () => {
    const viewer = await unconfirmed('ray');
    const input = await asked(ASK_VERIFY, emailOf('ray'), viewer);
    await sql(graph, "UPDATE account SET email_canonical = 'else@example.com' WHERE id = $1", [
      viewer.userId,
    ]);
    expect(await run(VERIFY, { input }, viewer)).toMatchObject({ verified: false, ...invalid() });
  });

  test('cannot reauthenticate by mail', async () => {
    const viewer = await unconfirmed('sam');
    expect((await run(ASK_PROOF, {}, viewer)).challenge).toBeNull();
    const answer = await login(graph, { login: 'sam' });
    expect(viewerOf(answer).userId).toBe(viewer.userId);
  });
});
