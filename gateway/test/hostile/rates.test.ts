import { setTimeout as delay } from 'node:timers/promises';
import { type Backplane, createBackplane, type RateLimit } from '@souk/runtime/backplane';
import { createLogger } from '@souk/runtime/process';
import { createDatabase, redisUrl, startOwnRedis, testBackplane } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rate } from '../../src/limits/rates/rate.ts';
import { DEFAULT_RATE_LIMITS, type RateLimits } from '../../src/limits/rates/rate-limits.ts';
import { type LimitedGateway, startLimited } from '../support/start-limited.ts';
import { type Answer, tokenFor } from '../support/start-toy.ts';

// A client that asks too often is told so, with the time to come back, whatever it varies; no others are
// affected.

const GUESS = 'mutation ($name: String!) { login(name: $name, password: "123456") }';
const guess = (name: string) => ({ query: GUESS, variables: { name } });

const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { text } }';
const send = (roomId: unknown) => ({ query: SEND, variables: { input: { roomId, text: 'hi' } } });

let addresses = 0;
/** An address nobody else in this file has. */
const newAddress = () => {
  addresses += 1;
  return `203.0.113.${addresses}`;
};

const isRefused = ({ status }: Answer) => status === 429;
const times = async <T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> => {
  const answers: T[] = [];
  for (let index = 0; index < count; index += 1) answers.push(await ask(index));
  return answers;
};
const atOnce = <T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)));

function expectRefusal(answer: Answer | undefined, limit: string, withinSeconds: number): void {
  const after = Number(answer?.headers.get('retry-after'));
  expect(after).toBeGreaterThanOrEqual(1);
  expect(after).toBeLessThanOrEqual(withinSeconds);
  expect(answer?.status).toBe(429);
  expect(answer?.headers.get('content-type')).toContain('json');
  expect(answer?.body.data ?? null).toBeNull();
  expect(answer?.body.errors).toEqual([
    {
      message: `Too many requests; try again in ${after} s.`,
      extensions: { code: 'RATE_LIMITED', limit, retryAfterSeconds: after },
    },
  ]);
}

async function inProcessBackplane(): Promise<Backplane> {
  const database = await createDatabase(null);
  const backplane = await createBackplane({ jobsDatabaseUrl: database.url });
  return {
    ...backplane,
    close: async () => {
      await backplane.close();
      await database.drop();
    },
  };
}

const ALONE = 'without a backplane';

describe.each<[string, () => Promise<Backplane | undefined>]>([
  ...(redisUrl() ? ([['on Redis', testBackplane]] as [string, () => Promise<Backplane>][]) : []),
  ['on the in-process backplane', inProcessBackplane],
  [ALONE, async () => undefined],
])('%s', (name, open) => {
  let backplane: Backplane | undefined;
  let souk: LimitedGateway;
  beforeAll(async () => {
    backplane = await open();
    souk = await startLimited({ backplane });
  });
  afterAll(async () => {
    await souk?.[Symbol.asyncDispose]();
    await backplane?.close();
  });

  test("a malformed id where a rate is counted by id is the client's mistake", async () => {
    const cyd = await tokenFor('usr_cyd');
    for (const roomId of [{ toString: 1 }, { toString: null, valueOf: 1 }, [{ toString: 1 }]]) {
      const answer = await souk.post(send(roomId), undefined, cyd);
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  test('one password for a thousand accounts: twenty are tried from one address', async () => {
    const from = newAddress();
    const before = souk.ran.login;
    const answers = await times(60, (index) => souk.post(guess(`account ${index}`), from));
    expect(souk.ran.login - before).toBe(20);
    expect(answers.slice(0, 20).some(isRefused)).toBe(false);
    for (const answer of answers.slice(20)) expectRefusal(answer, 'rateLogin', 900);
    expect((await souk.post(guess('somebody else'), newAddress())).status).toBe(200);
  });

  test('the same body again and again counts each time', async () => {
    const from = newAddress();
    const before = souk.ran.login;
    const answers = await times(30, () => souk.post(guess('ada'), from));
    expect(answers.filter(isRefused)).toHaveLength(10);
    expectRefusal(answers.at(-1), 'rateLogin', 900);
    expect(souk.ran.login - before).toBe(20);
  });

  test('two hundred sign-ins at once: twenty run', async () => {
    const from = newAddress();
    const before = souk.ran.login;
    const answers = await atOnce(200, (index) => souk.post(guess(`account ${index}`), from));
    expect(souk.ran.login - before).toBe(20);
    expect(answers.filter(isRefused)).toHaveLength(180);
  });

  test('each use of a field counts, under aliases and in fragments', async () => {
    await using free = await startLimited({
      backplane,
      onlyOnce: [],
      operationLimits: { rootFields: 100, aliases: 100 },
    });
    const login = 'login(name: "a", password: "b")';
    const fifteen = Array.from({ length: 15 }, (_, index) => `a${index}: ${login}`).join(' ');
    const asked = [
      `mutation { ${fifteen} }`,
      `mutation { ...All } fragment All on Mutation { ...Half ...on Mutation { ${login} } }
       fragment Half on Mutation { b: ${login} c: ${login} d: ${login} }`,
      `mutation { x: ${login} y: ${login} }`,
    ];
    const from = newAddress();
    const answers = await times(3, (index) => free.post({ query: asked[index] ?? '' }, from));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(free.ran.login).toBe(19);
  });

  test('sixteen sign-ins in one request are refused as a whole', async () => {
    const before = souk.ran.login;
    const logins = Array.from(
      { length: 16 },
      (_, index) => `a${index}: login(name: "ada", password: "${index}")`,
    );
    const answer = await souk.post({ query: `mutation { ${logins.join(' ')} }` }, newAddress());
    expect(answer.status).toBe(400);
    expect(souk.ran.login).toBe(before);
  });

  test('new accounts and mails have limits of their own, by address', async () => {
    const from = newAddress();
    const register = { query: 'mutation { registerUser(name: "x") }' };
    const reset = { query: 'mutation { requestPasswordReset(email: "x@y.z") }' };
    const before = { ...souk.ran };
    expectRefusal((await times(6, () => souk.post(register, from))).at(-1), 'rateRegister', 3_600);
    expectRefusal((await times(11, () => souk.post(reset, from))).at(-1), 'rateMail', 3_600);
    expect(souk.ran.register - before.register).toBe(5);
    expect(souk.ran.mail - before.mail).toBe(10);
    expect((await souk.post(register, newAddress())).status).toBe(200);
  });

  test('ten messages in ten seconds, for each viewer and room', async () => {
    const [ada, bo] = await Promise.all([tokenFor('usr_ada'), tokenFor('usr_bo')]);
    const before = souk.ran.message;
    const answers = await times(12, () => souk.post(send('room_1'), undefined, ada));
    expect(answers.filter(isRefused)).toHaveLength(2);
    expectRefusal(answers.at(-1), 'rateMessage', 10);
    expect(souk.ran.message - before).toBe(10);
    // However the room is written.
    const written = [
      { query: 'mutation { sendMessage(input: { roomId: "room_1", text: "x" }) { text } }' },
      {
        query: 'mutation ($r: ID!) { sendMessage(input: { roomId: $r, text: "x" }) { text } }',
        variables: { r: 'room_1' },
      },
      {
        query:
          'mutation ($r: ID! = "room_1") { sendMessage(input: { roomId: $r, text: "x" }) { text } }',
      },
    ];
    for (const body of written) {
      expectRefusal(await souk.post(body, undefined, ada), 'rateMessage', 10);
    }
    expect((await souk.post(send('room_2'), undefined, ada)).status).toBe(200);
    expect((await souk.post(send('room_1'), undefined, bo)).status).toBe(200);
  });

  test('a sign-in whose variables are wrong counts once, and gets the reason', async () => {
    const from = newAddress();
    const wrong = { query: GUESS, variables: { name: 7 } };
    await souk.post(guess('learnt'), newAddress());
    const answers = await times(25, () => souk.post(wrong, from));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array(20).fill(400),
      ...Array(5).fill(429),
    ]);
  });

  test.skipIf(name === ALONE)('gateways with one backplane count together', async () => {
    await using other = await startLimited({ backplane });
    const from = newAddress();
    const answers = await atOnce(60, (index) =>
      (index % 2 ? souk : other).post(guess(`account ${index}`), from),
    );
    expect(answers.filter(isRefused)).toHaveLength(40);
  });
});

describe('what everybody who follows it is sent', () => {
  const products = [
    ...['createProduct', 'updateProduct', 'createVariant', 'updateVariant'],
    'adjustInventory',
  ];
  const kinds: [string, keyof RateLimits, string[]][] = [
    ['changes of the catalogue', 'ratePublish', products.map((field) => `${field}(title: "x")`)],
    [
      'comings and goings',
      'rateJoin',
      [
        ...['joinRoom', 'leaveRoom'].map((field) => `${field}(roomId: "x")`),
        ...['joinGroup', 'leaveGroup'].map((field) => `${field}(groupId: "x")`),
      ],
    ],
    ['new names', 'rateProfile', ['updateProfile(bio: "x")']],
  ];

  test.each(kinds)(
    '%s of one viewer cannot flood streams: they are limited for each viewer',
    async (_, limit, calls) => {
      await using souk = await startLimited({
        rateLimits: { [limit]: { points: 5, perSeconds: 60 } },
      });
      const [ada, bo] = await Promise.all([tokenFor('usr_ada'), tokenFor('usr_bo')]);
      const call = (index: number) => calls[index % calls.length] as string;
      const once = (index: number, token: string) =>
        souk.post({ query: `mutation { ${call(index)} }` }, newAddress(), token);
      const answers = await times(5, (index) => once(index, ada));
      expect(answers.filter(isRefused)).toEqual([]);
      for (const [index] of calls.entries()) expectRefusal(await once(index, ada), limit, 60);
      expect((await once(0, bo)).status).toBe(200);
      const aliases = Array.from({ length: 5 }, (_, index) => `a${index}: ${call(index)}`);
      const many = { query: `mutation { ${aliases.join(' ')} }` };
      expectRefusal(await souk.post(many, newAddress(), bo), limit, 60);
    },
  );

  test('a seller who imports a thousand products within the hour is not stopped', () => {
    const { ratePublish } = DEFAULT_RATE_LIMITS;
    expect(ratePublish).toMatchObject({ perSeconds: 3_600 });
    // Each is listed, then gets three more variants.
    expect((ratePublish as Rate).points).toBeGreaterThanOrEqual(4_000);
  });
});

describe('requests', () => {
  const PING = { query: '{ ping }' };
  const few = { points: 30, perSeconds: 60 };

  test('of one address, whatever they are', async () => {
    await using souk = await startLimited({ rateLimits: { rateAddress: few } });
    const from = newAddress();
    const asked = [PING, 'no JSON', { query: '{ nothing }' }, { query: '{' }];
    const answers = await atOnce(40, (index) => souk.post(asked[index % 4] ?? '', from));
    expect(answers.filter(isRefused)).toHaveLength(10);
    expectRefusal(await souk.post(PING, from), 'rateAddress', 60);
    const token = await tokenFor('usr_ada');
    expectRefusal(await souk.post(PING, from, token), 'rateAddress', 60);
    expectRefusal(await souk.post(PING, from, 'bad token'), 'rateAddress', 60);
    expect((await souk.post(PING, newAddress())).status).toBe(200);
  });

  test('of one viewer, from any address', async () => {
    await using souk = await startLimited({ rateLimits: { rateViewer: few } });
    const [ada, bo] = await Promise.all([tokenFor('usr_ada'), tokenFor('usr_bo')]);
    const ranBefore = souk.ran.ping;
    const answers = await times(40, (index) => souk.post(PING, `192.0.2.${index}`, ada));
    expect(answers.filter(isRefused)).toHaveLength(10);
    expectRefusal(answers.at(-1), 'rateViewer', 60);
    expect(souk.ran.ping - ranBefore).toBe(30);
    expect((await souk.post(PING, undefined, bo)).status).toBe(200);
    expect((await souk.post(PING)).status).toBe(200);
  });

  test('by their cost: dear ones are fewer', async () => {
    await using souk = await startLimited({
      rateLimits: { rateCost: { points: 1_000, perSeconds: 60 } },
    });
    const dear = { query: '{ things(first: 100) { name } }' };
    const [ada, bo] = await Promise.all([tokenFor('usr_ada'), tokenFor('usr_bo')]);
    const answers = await times(15, () => souk.post(dear, undefined, ada));
    expect(answers.findIndex(isRefused)).toBe(10);
    expectRefusal(answers.at(-1), 'rateCost', 60);
    expect((await souk.post(dear, undefined, bo)).status).toBe(200);
    // Signing out is no way around it: then the address counts.
    const anonymous = await times(15, () => souk.post(dear));
    expect(anonymous.filter(isRefused)).toHaveLength(5);
    expect((await souk.post(dear, newAddress())).status).toBe(200);
  });

  test('requests of this machine itself do not count if there is no proxy', async () => {
    await using souk = await startLimited({
      trustedProxies: 0,
      rateLimits: { rateAddress: few, rateCost: few },
    });
    const answers = await times(50, () => souk.post(PING));
    expect(answers.some(isRefused)).toBe(false);
  });

  test("a client's own x-forwarded-for is not its address", async () => {
    await using direct = await startLimited({ trustedProxies: 0 });
    const dodging = await times(25, (index) => direct.post(guess('ada'), `192.0.2.${index}`));
    expect(dodging.filter(isRefused)).toHaveLength(5);
    await using proxied = await startLimited();
    const from = newAddress();
    const behind = await times(25, (index) =>
      proxied.post(guess('ada'), `192.0.2.${index}, ${from}`),
    );
    expect(behind.filter(isRefused)).toHaveLength(5);
  });

  test.each([
    ['a network of IPv6', (index: number) => `2001:db8:7:1:${index.toString(16)}::1`],
    ['ports', (index: number) => `198.51.100.77:${50_000 + index}`],
    [
      'IPv4 written as IPv6',
      (index: number) => (index % 2 ? '198.51.100.78' : '::ffff:198.51.100.78'),
    ],
  ])('%s count as one address', async (_, from) => {
    await using souk = await startLimited();
    const answers = await times(25, (index) => souk.post(guess('ada'), from(index)));
    expect(answers.filter(isRefused)).toHaveLength(5);
    expect((await souk.post(guess('ada'), '2001:db8:7:2::1')).status).toBe(200);
  });

  test('none is refused where the limits are off, or only measured', async () => {
    const logged: string[] = [];
    const logger = createLogger({
      name: 'test',
      destination: { write: (line: string) => void logged.push(line) },
    });
    await using off = await startLimited({ rateLimits: 'off' });
    await using measured = await startLimited({ measureOnly: true, logger });
    for (const souk of [off, measured]) {
      const answers = await times(25, () => souk.post(guess('ada')));
      expect(answers.some(isRefused)).toBe(false);
      expect(souk.ran.login).toBe(25);
    }
    const warnings = logged.map((line) => JSON.parse(line)).filter(({ limit }) => limit);
    expect(warnings).toHaveLength(5);
    expect(warnings[0]).toMatchObject({ limit: 'rateLogin' });
  });
});

describe('two hundred sign-ins at once, over a line that takes its time', () => {
  /** As if the backplane were a few machines away. */
  const slow = ({ consume, used, ...others }: RateLimit): RateLimit => ({
    ...others,
    consume: async (...use) => {
      await delay(5);
      return consume(...use);
    },
    used: async (...use) => {
      await delay(5);
      return used(...use);
    },
  });

  /** The mutant: looks at the counter, and counts when it has seen that there is room. */
  const readThenWrite = ({ consume, used, ...others }: RateLimit): RateLimit => ({
    ...others,
    consume: async (key, allowance, points = 1) => {
      const room = allowance.points - (await used(key, allowance)) - points;
      if (room >= 0) return { ...(await consume(key, allowance, points)), allowed: true };
      return { allowed: false, remaining: 0, retryAfterSeconds: 900, windowEndsInMs: 900_000 };
    },
    used,
  });

  async function signInsThatRun(around: (rateLimit: RateLimit) => RateLimit): Promise<number> {
    const backplane = await testBackplane();
    const souk = await startLimited({
      backplane: { ...backplane, rateLimit: around(backplane.rateLimit) },
    });
    try {
      await atOnce(200, (index) => souk.post(guess(`account ${index}`)));
      return souk.ran.login;
    } finally {
      await souk[Symbol.asyncDispose]();
      await backplane.close();
    }
  }

  test('twenty run', async () => {
    expect(await signInsThatRun(slow)).toBe(20);
  });

  test('more would run if the counter were read before it is written, and this suite sees it', async () => {
    const mutant = (rateLimit: RateLimit) => readThenWrite(slow(rateLimit));
    expect(await signInsThatRun(mutant)).toBeGreaterThan(20);
  });
});

test.skipIf(!redisUrl())(
  'a gateway that loses Redis goes on counting by itself',
  async (context) => {
    const redis = await startOwnRedis();
    if (!redis) return context.skip();
    const backplane = await createBackplane({ redisUrl: redis.url });
    try {
      await using souk = await startLimited({
        backplane,
        rateLimits: { rateViewer: { points: 40, perSeconds: 60 } },
      });
      const from = newAddress();
      await times(10, () => souk.post(guess('ada'), from));
      const [ada, bo] = await Promise.all([tokenFor('usr_ada'), tokenFor('usr_bo')]);
      const ping = (token: string) => souk.post({ query: '{ ping }' }, newAddress(), token);
      await times(30, () => ping(ada));
      await redis.stop();

      const started = Date.now();
      const logins = await atOnce(100, () => souk.post(guess('ada'), from));
      expect(Date.now() - started).toBeLessThan(30_000);
      // What Redis had counted is lost with it; this process grants its own allowance at most once.
      expect(logins.filter(isRefused)).toHaveLength(80);
      expectRefusal(logins.find(isRefused), 'rateLogin', 900);
      // For requests, it knows what it granted itself.
      const pings = await times(20, () => ping(ada));
      expect(pings.filter(isRefused)).toHaveLength(10);
      expect((await ping(bo)).status).toBe(200);
    } finally {
      await backplane.close();
      await redis.stop();
    }
  },
);
