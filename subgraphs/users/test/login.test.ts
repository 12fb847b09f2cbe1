import { hash } from '@node-rs/argon2';
import { sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  LOGIN,
  login,
  PASSWORD,
  refresh,
  type StartedUsers,
  someone,
  startUsers,
  viewerOf,
} from './accounts.ts';
import { loginWithNaiveCounter } from './naive-login-counter.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

test('username and address sign in, in any case, each time in a new session', async () => {
  const { viewer } = await someone(graph, 'ada');
  const sessions = [viewer.sessionId];
  for (const name of ['ada', 'ADA', ' Ada@Example.com ']) {
    const answer = await login(graph, { login: name, deviceLabel: 'a tablet' });
    expect(answer.errors).toEqual([]);
    expect(answer.viewer.user.id).toBe(viewer.userId);
    sessions.push(viewerOf(answer).sessionId);
  }
  expect(new Set(sessions).size).toBe(4);
});

test('a wrong password and an unknown login get the same answer for the same work', async () => {
  await someone(graph, 'bo');
  const workOf = async (name: string, password: string) => {
    const before = graph.verifications();
    const { viewer, tokens, errors } = await login(graph, { login: name, password });
    return { viewer, tokens, errors, work: graph.verifications() - before };
  };
  const wrong = await workOf('bo', 'not the password');
  expect(wrong).toEqual({
    viewer: null,
    tokens: null,
    work: 1,
    errors: [
      {
        __typename: 'InvalidCredentialsError',
        code: 'INVALID_CREDENTIALS',
        message: 'The login or the password is wrong, or there were too many attempts.',
        path: null,
        attemptsLeft: 4,
      },
    ],
  });
  expect(await workOf('nobody_here', 'not the password')).toEqual(wrong);
  expect(await workOf('nobody@example.com', 'not the password')).toEqual(wrong);
  expect(await workOf('@@', 'x'.repeat(1_000))).toEqual(wrong);
});

test('the password is taken as it is, except for its Unicode form', async () => {
  await someone(graph, 'cleo', { password: ' Crème brûlée ' });
  const tries = ['Crème brûlée', ' crème brûlée ', ' Crème brûlée '.normalize('NFD')];
  const errors = [];
  for (const password of tries) {
    errors.push((await login(graph, { login: 'cleo', password })).errors[0]?.code ?? 'OK');
  }
  expect(errors).toEqual(['INVALID_CREDENTIALS', 'INVALID_CREDENTIALS', 'OK']);
});

test('after five wrong tries from one address sign-in waits, for the right password and unknown names too', async () => {
  await someone(graph, 'dara');
  for (const name of ['dara', 'no_such_dara']) {
    const left = [];
    for (let n = 0; n < 5; n += 1) {
      const { errors } = await login(graph, { login: name, password: 'wrong again' }, '192.0.2.1');
      left.push(errors[0].attemptsLeft);
    }
    expect(left).toEqual([4, 3, 2, 1, 0]);
    const before = graph.verifications();
    const { errors } = await login(graph, { login: name }, '192.0.2.1');
    expect(errors).toMatchObject([{ code: 'RATE_LIMITED', path: null }]);
    expect(errors[0].retryAfterSeconds).toBeGreaterThan(800);
    expect(graph.verifications()).toBe(before);
  }
});

test('a stranger who knows a name cannot lock its owner out', async () => {
  await someone(graph, 'olga');
  for (let n = 0; n < 40; n += 1) {
    await login(graph, { login: 'olga', password: `guess ${n}` }, '192.0.2.66');
  }
  expect((await login(graph, { login: 'olga' }, '192.0.2.66')).errors[0].code).toBe('RATE_LIMITED');
  expect((await login(graph, { login: 'olga' }, '198.51.100.7')).errors).toEqual([]);
});

describe('an account with a name and an address', () => {
  const client = '192.0.2.2';
  const told = ({ code, attemptsLeft = null }: { code: string; attemptsLeft?: number | null }) =>
    `${code} ${attemptsLeft}`;
  /** What is answered to wrong passwords for these logins in turn, and how often a password was compared. */
  const triedInTurn = async (
    logins: readonly string[],
    from: (n: number) => string,
    rounds: number,
  ) => {
    const before = graph.verifications();
    const answers: string[] = [];
    for (let n = 0; n < rounds; n += 1) {
      for (const name of logins) {
        const { errors } = await login(graph, { login: name, password: 'wrong again' }, from(n));
        answers.push(told(errors[0]));
      }
    }
    return { answers, compared: graph.verifications() - before };
  };

  test('has one counter for all spellings', async () => {
    await someone(graph, 'petra', { email: 'Petra.P@example.com' });
    const names = ['petra', 'PETRA', ' Petra ', 'ｐｅｔｒａ', 'PeTrA', 'petrA'];
    const codes = [];
    for (const name of names) {
      const { errors } = await login(graph, { login: name, password: 'wrong again' }, client);
      codes.push(errors[0].code);
    }
    expect(codes).toEqual([...Array(5).fill('INVALID_CREDENTIALS'), 'RATE_LIMITED']);
    // By the other name the right password opens nothing either, until the time is over.
    for (const name of ['petra.p@example.com', ' PETRA.P@Example.com.']) {
      const { tokens, errors } = await login(graph, { login: name }, client);
      expect({ tokens, code: errors[0]?.code }).toEqual({
        tokens: null,
        code: 'INVALID_CREDENTIALS',
      });
    }
    expect((await login(graph, { login: 'petra' }, '192.0.2.3')).errors).toEqual([]);
  });

  test('cannot be told from two accounts or none by the answers', async () => {
    await someone(graph, 'pia', { email: 'pia.p@example.com' });
    await someone(graph, 'pola');
    await someone(graph, 'paul', { email: 'paul.p@example.com' });
    const pairs = [
      ['pia', 'pia.p@example.com'],
      ['pola', 'paul.p@example.com'],
      ['no_pia', 'no.pia@example.com'],
    ];
    const [one, two, nobody] = await Promise.all(
      pairs.map(async (logins) => {
        const answers = [];
        for (const from of ['192.0.2.4', '192.0.2.5']) {
          answers.push(...(await triedInTurn(logins, () => from, 7)).answers);
        }
        return answers;
      }),
    );
    expect(one).toEqual(two);
    expect(one).toEqual(nobody);
    expect(one?.filter((it) => it === 'RATE_LIMITED null')).toHaveLength(8);
  });

  test('cannot be told apart from many addresses either', async () => {
    await someone(graph, 'paco', { email: 'paco.p@example.com' });
    const from = (n: number) => `198.18.0.${n}`;
    const { answers, compared } = await triedInTurn(['paco', 'paco.p@example.com'], from, 52);
    expect(new Set(answers)).toEqual(new Set(['INVALID_CREDENTIALS 4']));
    expect(compared).toBe(104);
    // And yet they were the account's hundred: the right password opens nothing elsewhere.
    expect((await login(graph, { login: 'paco' }, '198.18.1.1')).tokens).toBeNull();
  });
});

describe('when very many addresses try one account', () => {
  const guess = (name: string, n: number) =>
    login(graph, { login: name, password: `guess ${n}` }, `203.0.113.${n % 64}`);

  test('new devices wait, and those that signed in before do not', async () => {
    const { tokens } = await someone(graph, 'quinn');
    for (let n = 0; n < 100; n += 1) await guess('quinn', n);
    const elsewhere = '198.51.100.8';
    const stranger = await login(graph, { login: 'quinn' }, elsewhere);
    expect(stranger.errors).toMatchObject([{ code: 'RATE_LIMITED' }]);
    const known = { login: 'quinn', deviceToken: tokens.deviceToken };
    const first = await login(graph, known, elsewhere);
    expect(first.errors).toEqual([]);
    // Each sign-in and each refresh gives a device its token anew.
    const refreshed = await refresh(graph, first.tokens.refreshToken);
    for (const { deviceToken } of [first.tokens, refreshed.tokens]) {
      expect((await login(graph, { login: 'quinn', deviceToken }, elsewhere)).errors).toEqual([]);
    }
  });

  test('a known device has five tries of its own, too', async () => {
    const { tokens } = await someone(graph, 'rosa');
    const codes = [];
    for (let n = 0; n < 6; n += 1) {
      const asked = { login: 'rosa', password: 'wrong', deviceToken: tokens.deviceToken };
      codes.push((await login(graph, asked, `198.51.100.${n}`)).errors[0].code);
    }
    expect(codes).toEqual([...Array(5).fill('INVALID_CREDENTIALS'), 'RATE_LIMITED']);
  });

  test('no other token makes a device known: of another account, revoked, or spoilt', async () => {
    const own = await someone(graph, 'sven');
    const other = await someone(graph, 'tess');
    const revoked = await login(graph, { login: 'sven' }, '198.51.100.9');
    await graph.execute(
      'mutation ($id: ID!) { revokeSession(sessionId: $id) { errors { __typename } } }',
      { id: viewerOf(revoked).sessionId },
      own.viewer,
    );
    for (let n = 0; n < 101; n += 1) await guess('sven', n);
    const tokens = [
      ...[other.tokens.deviceToken, revoked.tokens.deviceToken, own.tokens.accessToken],
      ...[own.tokens.deviceToken.slice(0, -6), 'x'.repeat(1_000), ''],
    ];
    for (const deviceToken of tokens) {
      const { errors } = await login(graph, { login: 'sven', deviceToken }, '198.51.100.10');
      expect(errors, deviceToken.slice(0, 20)).toMatchObject([{ code: 'RATE_LIMITED' }]);
    }
    const asked = { login: 'sven', deviceToken: own.tokens.deviceToken };
    expect((await login(graph, asked, '198.51.100.10')).errors).toEqual([]);
  });

  test('right passwords use nothing up', async () => {
    await someone(graph, 'uma');
    for (let n = 0; n < 105; n += 1) {
      const { errors } = await login(graph, { login: 'uma' }, '198.51.100.11');
      expect(errors).toEqual([]);
    }
  });
});

test('a right password clears the count', async () => {
  await someone(graph, 'eli');
  const wrong = () => login(graph, { login: 'eli', password: 'wrong again' });
  for (let n = 0; n < 4; n += 1) await wrong();
  expect((await login(graph, { login: 'eli' })).errors).toEqual([]);
  expect((await wrong()).errors).toMatchObject([{ attemptsLeft: 4 }]);
});

/** How many of fifty guesses at once got as far as the password. */
async function guessesThatRan(tryOnce: (n: number) => Promise<unknown>): Promise<number> {
  const before = graph.verifications();
  await Promise.all(Array.from({ length: 50 }, (_, n) => tryOnce(n)));
  return graph.verifications() - before;
}

test('fifty guesses at once are five guesses', async () => {
  await someone(graph, 'fay');
  const guess = (n: number) => login(graph, { login: 'fay', password: `guess number ${n}` });
  expect(await guessesThatRan(guess)).toBe(5);
});

test('a counter that counts after the look would let more through, and this suite sees it', async () => {
  await someone(graph, 'gus');
  const naive = loginWithNaiveCounter(graph);
  expect(await guessesThatRan((n) => naive('gus', `guess number ${n}`))).toBeGreaterThan(5);
});

test('a hash made with weaker parameters is made again at the next sign-in', async () => {
  const { viewer } = await someone(graph, 'hal');
  const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  const stored = () =>
    sql(graph, 'SELECT password_hash FROM account WHERE id = $1', [viewer.userId]).then(
      ([row]) => row?.password_hash,
    );
  await sql(graph, 'UPDATE account SET password_hash = $2 WHERE id = $1', [viewer.userId, weak]);
  expect((await login(graph, { login: 'hal' })).errors).toEqual([]);
  const renewed = await stored();
  expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect((await login(graph, { login: 'hal' })).errors).toEqual([]);
  expect(await stored()).toBe(renewed);
});

test('an overlong label is refused', async () => {
  const { errors } = await login(graph, { login: 'ada', deviceLabel: 'x'.repeat(101) });
  expect(errors).toMatchObject([{ __typename: 'ValidationError', path: ['input', 'deviceLabel'] }]);
});

test('a login without a password is no request', async () => {
  const { errors } = await graph.execute(LOGIN, { input: { login: 'ada' } });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});
