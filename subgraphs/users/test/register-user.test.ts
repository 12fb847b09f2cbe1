import { randomUUID } from 'node:crypto';
import { sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
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

const accounts = async () => Number((await sql(graph, 'SELECT count(*) FROM account'))[0]?.count);

test('somebody registers, is signed in, and the world is told', async () => {
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
    replayed: false,
    viewer: {
      email: 'Ada.L+souk@Example.COM',
      emailVerified: false,
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
        emailVerification: { token: expect.any(String), expiresAt: expect.any(String) },
      },
    },
  ]);
});

test('no secret of a registration is stored as it is', async () => {
  const { payload, viewer } = await someone(graph, 'quiet', { idempotencyKey: randomUUID() });
  const tables = ['account', 'session', 'refresh_token', 'idempotency_record', 'event_record'];
  const dumps = await Promise.all(
    tables.map((table) => sql(graph, `SELECT row_to_json(t)::text AS row FROM ${table} t`)),
  );
  const everything = JSON.stringify(dumps);
  expect(everything).toContain(viewer.userId);
  expect(everything).not.toContain(PASSWORD);
  expect(everything).not.toContain(payload.tokens.refreshToken);
  expect(everything).not.toContain(payload.tokens.accessToken);
});

describe('the same key', () => {
  test('sent twenty times at once opens one account with one session', async () => {
    const before = await accounts();
    const input = person('twenty', { idempotencyKey: randomUUID() });
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(graph, input)));
    for (const { errors } of answers) expect(errors).toEqual([]);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ viewer }) => viewer.id)).size).toBe(1);
    expect(new Set(answers.map((answer) => viewerOf(answer).sessionId)).size).toBe(1);
    expect(await accounts()).toBe(before + 1);
    expect(await eventsOf(graph, answers[0].viewer.user.id)).toHaveLength(1);
  });

  test('with another input is refused, and opens nothing', async () => {
    const idempotencyKey = randomUUID();
    await register(graph, person('keyed', { idempotencyKey }));
    const before = await accounts();
    const { viewer, tokens, errors } = await register(graph, person('keyed2', { idempotencyKey }));
    expect(errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect([viewer, tokens]).toEqual([null, null]);
    expect(await accounts()).toBe(before);
  });

  test('with another password signs nobody in', async () => {
    const idempotencyKey = randomUUID();
    await register(graph, person('guarded', { idempotencyKey }));
    const again = person('guarded', { idempotencyKey, password: 'some other password' });
    expect(await register(graph, again)).toMatchObject({
      tokens: null,
      errors: [{ __typename: 'IdempotencyMismatchError' }],
    });
  });
});

describe('what is taken', () => {
  test('an address, however it is written', async () => {
    await register(graph, person('first', { email: 'first@xn--bcher-kva.example' }));
    const forms = ['FIRST@xn--bcher-kva.example', 'First@XN--BCHER-KVA.Example'];
    for (const email of [...forms, 'first@bücher.example']) {
      expect(await register(graph, person('second', { email }))).toMatchObject({
        viewer: null,
        errors: [{ __typename: 'EmailTakenError', code: 'EMAIL_TAKEN', path: ['input', 'email'] }],
      });
    }
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

  test('of twenty who want one username at once, one gets it', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        register(graph, person('wanted', { email: `wanted${n}@example.com` })),
      ),
    );
    expect(all.filter(({ viewer }) => viewer !== null)).toHaveLength(1);
    expect(all.filter(({ errors }) => errors[0]?.code === 'USERNAME_TAKEN')).toHaveLength(19);
    const told = await sql(
      graph,
      "SELECT 1 FROM event_record WHERE payload->>'username' = 'wanted'",
    );
    expect(told).toHaveLength(1);
  });
});

describe('what cannot be accepted', () => {
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
    ['an overlong label', { deviceLabel: 'x'.repeat(101) }, 'ValidationError', 'deviceLabel'],
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
    ['a key that is no UUID', { idempotencyKey: 'again' }, 'ValidationError', 'idempotencyKey'],
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
    const { viewer, tokens, errors } = await register(graph, person('nobody1', given));
    expect({ viewer, tokens }).toEqual({ viewer: null, tokens: null });
    expect(errors).toMatchObject([{ __typename: type, path: ['input', field] }]);
    expect(await accounts()).toBe(before);
  });

  test('everything at once is reported at once, each with its place', async () => {
    const { errors } = await register(graph, {
      email: 'nobody',
      username: '!',
      displayName: '\u2800',
      password: 'short',
      locale: '??',
      deviceLabel: 'a\u202eb',
      idempotencyKey: 'again',
    });
    const told = errors.map(({ path }: { path: string[] }) => path.join('.')).sort();
    const fields = ['deviceLabel', 'displayName', 'email', 'idempotencyKey', 'locale'];
    expect(told).toEqual([...fields, 'password', 'username'].map((name) => `input.${name}`));
    expect(errors).toContainEqual(expect.objectContaining({ code: 'PASSWORD_TOO_SHORT' }));
  });

  const malformed: [string, Record<string, unknown>][] = [
    ['a number for a name', { displayName: 7 }],
    ['a character that cannot be stored', { displayName: 'a\0b' }],
    ['an unknown field', { roles: ['ADMIN'] }],
  ];
  test.each(malformed)('%s is refused before anything is done', async (_, given) => {
    const before = await accounts();
    const { errors } = await register(graph, person('nobody2', given));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await accounts()).toBe(before);
  });
});

test('one address is asked for a few times an hour, no more', async () => {
  await register(graph, person('spied'));
  const tries = [];
  for (let n = 0; n < 6; n += 1) {
    tries.push(await register(graph, person(`spy${n}x`, { email: 'spied@example.com' })));
  }
  const codes = tries.map(({ errors }) => errors[0].code);
  expect(codes.slice(0, 4)).toEqual(Array(4).fill('EMAIL_TAKEN'));
  expect(tries.at(-1).errors).toMatchObject([
    { __typename: 'RateLimitedError', retryAfterSeconds: expect.any(Number) },
  ]);
});

test('whoever uses up the tries for somebody’s address keeps only their own client from it', async () => {
  const wanted = { email: 'wanted@example.com' };
  await register(graph, person('holder_of_name'));
  const codes = [];
  for (let n = 0; n < 7; n += 1) {
    const failing = person('holder_of_name', wanted);
    codes.push((await register(graph, failing, '192.0.2.20')).errors[0].code);
  }
  expect(codes).toEqual([...Array(5).fill('USERNAME_TAKEN'), 'RATE_LIMITED', 'RATE_LIMITED']);
  expect((await register(graph, person('its_owner', wanted), '192.0.2.21')).errors).toEqual([]);
});

test('one client is told a few times an hour who has an account, and then waits whatever it asks', async () => {
  for (let n = 0; n < 7; n += 1) await register(graph, person(`known${n}x`));
  const codes = [];
  for (let n = 0; n < 6; n += 1) {
    const spying = person(`prober${n}x`, { email: `known${n}x@example.com` });
    codes.push((await register(graph, spying, '192.0.2.9')).errors[0].code);
  }
  expect(codes).toEqual([...Array(5).fill('EMAIL_TAKEN'), 'RATE_LIMITED']);
  const fresh = await register(graph, person('fresh_one'), '192.0.2.9');
  expect(fresh.errors).toMatchObject([{ code: 'RATE_LIMITED' }]);
  expect((await register(graph, person('fresh_two'), '192.0.2.10')).errors).toEqual([]);
});

test('when the last step fails nothing stays, and the same key works afterwards', async () => {
  const before = await accounts();
  const input = person('unlucky', { idempotencyKey: randomUUID() });
  await sql(graph, 'ALTER TABLE session ADD CONSTRAINT none_now CHECK (false) NOT VALID');
  const { errors } = await register(graph, input);
  expect(errors).toEqual([
    {
      message: 'Something went wrong on our side.',
      path: ['registerUser'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'test' },
    },
  ]);
  const told = "SELECT 1 FROM event_record WHERE payload->>'username' = 'unlucky'";
  expect([await accounts(), await sql(graph, told)]).toEqual([before, []]);
  await sql(graph, 'ALTER TABLE session DROP CONSTRAINT none_now');
  expect((await register(graph, input)).errors).toEqual([]);
  expect(await sql(graph, told)).toHaveLength(1);
});
