import { replaceStores } from '@souk/runtime/persistence';
import { mailedCode, openInTests, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../src/app.ts';
import { confirmRegistration } from '../src/use-cases/confirm-registration.ts';
import {
  askToRegister,
  CONFIRM,
  PASSWORD,
  person,
  register,
  type StartedUsers,
  someone,
  startUsers,
  viewerOf,
} from './accounts.ts';
import { eventsOf } from './database.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

/** What an answer looks like, whatever its challenge is. */
const alike = ({ errors }: { errors: unknown }) => ({
  challenge: {
    challengeId: expect.stringMatching(/^chl_[\w-]{32}$/),
    expiresAt: expect.any(String),
    resendAfter: expect.any(String),
  },
  errors,
});

const accounts = async () => Number((await sql(graph, 'SELECT count(*) FROM account'))[0]?.count);

test('somebody registers, types the code of the mail, is signed in, and it is announced', async () => {
  const answer = await register(graph, {
    email: 'Ada.L+souk@Example.COM',
    username: 'Ada',
    displayName: '  Ada   Lovelace ',
    password: PASSWORD,
    locale: 'en-GB',
    deviceLabel: 'a phone',
  });
  expect(answer).toMatchObject({
    errors: [],
    viewer: {
      email: 'Ada.L+souk@Example.COM',
      emailVerified: true,
      locale: 'en-GB',
      roles: ['CUSTOMER'],
      user: { username: 'ada', displayName: 'Ada Lovelace', bio: null },
    },
  });
  const viewer = viewerOf(answer);
  expect(viewer.userId).toBe(answer.viewer.user.id);
  expect(await eventsOf(graph, viewer.userId)).toEqual([
    {
      type: 'users.UserRegistered',
      payload: {
        userId: viewer.userId,
        username: 'ada',
        displayName: 'Ada Lovelace',
        locale: 'en-GB',
        email: 'Ada.L+souk@Example.COM',
      },
    },
    {
      type: 'users.EmailVerified',
      payload: { userId: viewer.userId, email: 'ada.l+souk@example.com' },
    },
  ]);
});

test('no secret of a registration is stored as it is', async () => {
  const { challenge } = await askToRegister(graph, person('quiet'));
  const { tokens } = await someone(graph, 'quieter');
  const tables = ['account', 'session', 'refresh_token', 'challenge', 'event_record'];
  const dumps = await Promise.all(
    tables.map((table) => sql(graph, `SELECT row_to_json(t)::text AS row FROM ${table} t`)),
  );
  const everything = JSON.stringify(dumps);
  expect(everything).toContain('quieter');
  expect(everything).not.toContain(PASSWORD);
  expect(everything).not.toContain(challenge.challengeId);
  expect(everything).not.toContain(tokens.refreshToken);
  expect(everything).not.toContain(tokens.accessToken);
});

test('before the code is typed there is no account, and the name is free', async () => {
  const before = await accounts();
  await askToRegister(graph, person('hesitant'));
  expect(await accounts()).toBe(before);
  const data = await graph.ask('{ usernameAvailable(username: "hesitant") }');
  expect(data.usernameAvailable).toBe(true);
});

describe('taken names and addresses', () => {
  test('a taken address is answered like a free one in any spelling, and its owner gets a mail', async () => {
    await register(graph, person('first', { email: 'first@xn--bcher-kva.example' }));
    const forms = ['FIRST@xn--bcher-kva.example', 'First@XN--BCHER-KVA.Example'];
    for (const [n, email] of [...forms, 'first@bücher.example'].entries()) {
      const input = person('second', { email });
      const asked = await askToRegister(graph, input, `192.0.2.${n}`);
      expect(asked).toEqual(await askToRegister(graph, person(`free${n}`)).then(alike));
      expect(await mailedCode(graph, email)).toBeNull();
    }
  });

  test('an address costs the same statements, taken or free', async () => {
    await someone(graph, 'has_account');
    const cost = (email: string, username: string) =>
      graph.statementsOf(() => askToRegister(graph, person(username, { email }), '192.0.2.40'));
    const taken = await cost('has_account@example.com', 'costly');
    expect(taken.length).toBeGreaterThan(3);
    expect(taken).toEqual(await cost('has_no_account@example.com', 'costless'));
  });

  test('no code opens an account at a taken address', async () => {
    await someone(graph, 'settled');
    const before = await accounts();
    const { challenge } = await askToRegister(
      graph,
      person('intruder', { email: 'settled@example.com' }),
    );
    const input = { challengeId: challenge.challengeId, code: 'AAAAAAAA' };
    const data = await graph.ask(CONFIRM, { input });
    expect(data.confirmRegistration).toMatchObject({
      tokens: null,
      errors: [{ __typename: 'CodeInvalidError', code: 'CODE_INVALID', attemptsLeft: 4 }],
    });
    expect(await accounts()).toBe(before);
  });

  test('a username, with a free one to take instead', async () => {
    await register(graph, person('popular'));
    const taken = await register(graph, person('Popular', { email: 'other@example.com' }));
    expect(taken.errors).toMatchObject([{ code: 'USERNAME_TAKEN', path: ['input', 'username'] }]);
    const [{ suggestion }] = taken.errors;
    expect(suggestion).toMatch(/^popular_\d+$/);
    const { errors } = await register(graph, person(suggestion, { email: 'other@example.com' }));
    expect(errors).toEqual([]);
  });

  test('of twenty requests for one username at once, one gets it, and the others choose another', async () => {
    const emails = Array.from({ length: 20 }, (_, n) => `wanted${n}@example.com`);
    const all = await Promise.all(
      emails.map((email) => register(graph, person('wanted', { email }))),
    );
    expect(all.filter(({ tokens }) => tokens)).toHaveLength(1);
    const losers = all.filter(({ errors }) => errors[0]?.code === 'USERNAME_TAKEN');
    expect(losers).toHaveLength(19);
    const recorded = await sql(
      graph,
      "SELECT 1 FROM event_record WHERE payload->>'username' = 'wanted'",
    );
    expect(recorded).toHaveLength(1);
  });

  test('a name that was taken before the code came is chosen anew, with the same code', async () => {
    const slow = await askToRegister(graph, person('longed_for', { email: 'slow@example.com' }));
    await someone(graph, 'longed_for');
    const code = await mailedCode(graph, 'slow@example.com');
    const confirm = async (given: object) => {
      const input = { challengeId: slow.challenge.challengeId, code, ...given };
      return (await graph.ask(CONFIRM, { input })).confirmRegistration;
    };
    const taken = await confirm({});
    expect(taken.errors).toMatchObject([{ code: 'USERNAME_TAKEN', path: ['input', 'username'] }]);
    const { viewer } = await confirm({ username: taken.errors[0].suggestion });
    expect(viewer.user.username).toBe(taken.errors[0].suggestion);
    expect((await confirm({ username: 'yet_another' })).errors).toMatchObject([
      { code: 'CODE_INVALID' },
    ]);
  });

  test('one address asked for twenty times at once is one account', async () => {
    const before = await accounts();
    const input = { email: 'twenty@example.com' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const asked = await askToRegister(graph, person(`twenty${n}x`, input), `192.0.3.${n}`);
        return asked.challenge.challengeId as string;
      }),
    );
    const rows = await sql<{ code: string }>(
      graph,
      "SELECT payload->>'code' AS code FROM event_record WHERE payload->>'email' = $1",
      [input.email],
    );
    const confirmations = await Promise.all(
      answers.flatMap((challengeId) =>
        rows
          .slice(0, 4)
          .map(({ code }) =>
            graph
              .execute(CONFIRM, { input: { challengeId, code: openInTests(code) } })
              .then(({ data }) => data),
          ),
      ),
    );
    const opened = confirmations.filter(({ confirmRegistration }) => confirmRegistration.tokens);
    expect(opened).toHaveLength(1);
    expect(await accounts()).toBe(before + 1);
    const codes = confirmations.flatMap(({ confirmRegistration }) =>
      confirmRegistration.errors.map(({ code }: { code: string }) => code),
    );
    expect(codes).toContain('EMAIL_TAKEN');
  });
});

test('a look before the insert would open an account for each, and this suite sees it', async () => {
  await using own = await startUsers();
  // The mutant: asks whether the address is taken, where the index is what holds.
  await sql(own, 'DROP INDEX account_email_canonical_key');
  const { services, infrastructure } = await users.open(own.deps);
  let here = 0;
  let bothHaveLooked = () => {};
  const both = new Promise<void>((resolve) => {
    bothHaveLooked = resolve;
  });
  const transaction: typeof services.transaction = (work) =>
    services.transaction((stores) => {
      const { accounts } = stores;
      const insert: typeof accounts.insert = async (account) => {
        const isTaken = await accounts.emailIsTaken(account.emailCanonical);
        here += 1;
        if (here === 2) bothHaveLooked();
        await both;
        return !isTaken && accounts.insert(account);
      };
      return work(replaceStores(stores, { accounts: { ...accounts, insert } }));
    });
  const email = 'both@example.com';
  const confirmations = [];
  for (const username of ['both_a', 'both_b']) {
    const { challenge } = await askToRegister(own, person(username, { email }));
    const code = (await mailedCode(own, email)) ?? '';
    confirmations.push({ challengeId: challenge.challengeId as string, code });
  }
  const from = { ip: null, userAgent: null };
  await Promise.all(
    confirmations.map((input) => confirmRegistration({ ...services, transaction }, input, from)),
  );
  await infrastructure.close();
  expect(await sql(own, 'SELECT id FROM account WHERE email_canonical = $1', [email])).toHaveLength(
    2,
  );
});

describe('refused input', () => {
  const refused: [string, Record<string, unknown>, string, string][] = [
    ['a short username', { username: 'a' }, 'ValidationError', 'username'],
    ['an overlong username', { username: 'a'.repeat(31) }, 'ValidationError', 'username'],
    ['a username in look-alike letters', { username: 'аdam' }, 'ValidationError', 'username'],
    ['a reserved username', { username: 'adm1n_' }, 'ValidationError', 'username'],
    [
      'a name that turns the text round',
      { displayName: 'a\u202Eb' },
      'ValidationError',
      'displayName',
    ],
    ['an invisible name', { displayName: '\u200B\u200B' }, 'ValidationError', 'displayName'],
    ['an empty name', { displayName: '   ' }, 'ValidationError', 'displayName'],
    [
      'a name of 51 characters',
      { displayName: '👩‍🚀'.repeat(51) },
      'ValidationError',
      'displayName',
    ],
    [
      'a name under 200 marks',
      { displayName: `a${'\u0301'.repeat(200)}` },
      'ValidationError',
      'displayName',
    ],
    ['an overlong address', { email: `${'a'.repeat(65)}@example.com` }, 'ValidationError', 'email'],
    ['no address at all', { email: 'nobody' }, 'ValidationError', 'email'],
    ['two addresses', { email: 'a@example.com,b@example.com' }, 'ValidationError', 'email'],
    ['a quoted address', { email: '"a b"@example.com' }, 'ValidationError', 'email'],
    [
      'an address with a header in it',
      { email: 'a@example.com\r\nBcc: b@example.com' },
      'ValidationError',
      'email',
    ],
    ['a language that is none', { locale: 'no such' }, 'ValidationError', 'locale'],
    ['a link for a name', { displayName: 'win at evil.example' }, 'ValidationError', 'displayName'],
    ['7 characters', { password: 'walnuts' }, 'WeakPasswordError', 'password'],
    [
      '257 characters',
      { password: 'wa1nut!?'.repeat(32).concat('x') },
      'WeakPasswordError',
      'password',
    ],
    ['a megabyte', { password: 'walnut and '.repeat(100_000) }, 'ValidationError', 'password'],
    ['a common password', { password: 'Password123' }, 'WeakPasswordError', 'password'],
    ['only spaces', { password: ' '.repeat(12) }, 'WeakPasswordError', 'password'],
    ['the own address', { password: 'NOBODY1@example.com' }, 'WeakPasswordError', 'password'],
  ];
  test.each(refused)('%s', async (_, given, type, field) => {
    const before = await accounts();
    const { challenge, errors } = await askToRegister(graph, person('nobody1', given));
    expect(challenge).toBeNull();
    expect(errors).toMatchObject([{ __typename: type, path: ['input', field] }]);
    expect(await accounts()).toBe(before);
  });

  test('everything at once is reported at once, each with its place', async () => {
    const { errors } = await askToRegister(graph, {
      email: 'nobody',
      username: '!',
      displayName: '\u2800',
      password: 'short',
      locale: '??',
    });
    const recorded = errors.map(({ path }: { path: string[] }) => path.join('.')).sort();
    const fields = ['displayName', 'email', 'locale'];
    expect(recorded).toEqual([...fields, 'password', 'username'].map((name) => `input.${name}`));
    expect(errors).toContainEqual(expect.objectContaining({ code: 'PASSWORD_TOO_SHORT' }));
  });

  const malformed: [string, Record<string, unknown>][] = [
    ['a number for a name', { displayName: 7 }],
    ['a character that cannot be stored', { displayName: 'a\0b' }],
    ['an unknown field', { roles: ['ADMIN'] }],
  ];
  test.each(malformed)('%s is refused before anything is done', async (_, given) => {
    const before = await accounts();
    const { errors } = await askToRegister(graph, person('nobody2', given));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await accounts()).toBe(before);
  });
});

test('using up the mails to an address blocks only the client that did it', async () => {
  const email = 'besieged@example.com';
  const ask = async (n: number, client: string) =>
    (await askToRegister(graph, person(`besieger${n}x`, { email }), client)).errors[0];
  const answers = [];
  for (let n = 0; n < 7; n += 1) answers.push(await ask(n, '192.0.2.20'));
  expect(answers.slice(0, 5)).toEqual(Array(5).fill(undefined));
  expect(answers.slice(5)).toMatchObject(
    Array(2).fill({ __typename: 'RateLimitedError', retryAfterSeconds: expect.any(Number) }),
  );
  expect((await register(graph, person('besieged'), '192.0.2.21')).errors).toEqual([]);
});

test('when the last step fails nothing stays, and the same code works afterwards', async () => {
  const before = await accounts();
  const { challenge } = await askToRegister(graph, person('unlucky'));
  const code = await mailedCode(graph, 'unlucky@example.com');
  const input = { challengeId: challenge.challengeId, code };
  await sql(graph, 'ALTER TABLE session ADD CONSTRAINT none_now CHECK (false) NOT VALID');
  const { errors } = await graph.execute(CONFIRM, { input });
  expect(errors).toEqual([
    {
      message: 'Something went wrong on our side.',
      path: ['confirmRegistration'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'test' },
    },
  ]);
  const recorded = "SELECT 1 FROM event_record WHERE payload->>'username' = 'unlucky'";
  expect([await accounts(), await sql(graph, recorded)]).toEqual([before, []]);
  await sql(graph, 'ALTER TABLE session DROP CONSTRAINT none_now');
  const data = await graph.ask(CONFIRM, { input });
  expect(data.confirmRegistration.errors).toEqual([]);
  expect(await sql(graph, recorded)).toHaveLength(1);
});
