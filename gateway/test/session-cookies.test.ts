import { until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../src/index.ts';
import { startAccounts } from './support/accounts.ts';
import { rawSocket } from './support/sockets.ts';
import { tokenFor } from './support/start-toy.ts';

// A page whose session is in cookies, as a browser speaks for it over real HTTP.

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startAccounts();
});
afterAll(() => gateway.close());

const KEPT = { 'souk-session': 'cookie' };
const TOKENS = 'tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }';
const LOGIN = `mutation ($login: String!) {
  login(input: { login: $login, password: "let me in" }) { ${TOKENS} errors { __typename } } }`;
const REFRESH = `mutation ($token: String!) {
  refreshSession(refreshToken: $token) { viewer { user { username } } ${TOKENS} errors { __typename } } }`;
const WHO = '{ viewer { user { username } } }';
const ACCESS = '__Host-souk-access';

type Headers = Record<string, string>;

async function post(query: string, headers: Headers = KEPT, variables: object = {}) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const cookies = response.headers.getSetCookie();
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
  return { status: response.status, body: (await response.json()) as any, cookies };
}

/** What a browser sends back of the cookies that it was given. */
const jarOf = (cookies: readonly string[]) => cookies.map((one) => one.split(';')[0]).join('; ');
const signIn = async (login: string) => jarOf((await post(LOGIN, KEPT, { login })).cookies);
const nameIn = ({ body }: { body: { data?: { viewer?: { user: { username: string } } } } }) =>
  body.data?.viewer?.user.username ?? 'nobody';

test('signing in puts the tokens where no script reads them, and leaves none in the answer', async () => {
  const { body, cookies } = await post(LOGIN, KEPT, { login: 'ada' });
  expect(body.data.login.tokens).toMatchObject({ accessToken: '', refreshToken: '' });
  expect(cookies).toHaveLength(2);
  for (const cookie of cookies) {
    expect(cookie).toMatch(
      /^__Host-souk-(access|refresh)=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
  }
  expect(nameIn(await post(WHO, { ...KEPT, cookie: jarOf(cookies) }))).toBe('ada');
});

test('clients that do not ask for cookies get tokens and no cookie', async () => {
  const { body, cookies } = await post(LOGIN, {}, { login: 'ada' });
  expect(body.data.login.tokens.refreshToken).toBe('refresh ada');
  expect(cookies).toEqual([]);
});

test('two pages send the same text, and each refreshes its own session', async () => {
  for (const login of ['ada', 'bo', 'ada']) {
    const cookie = await signIn(login);
    const { body, cookies } = await post(REFRESH, { ...KEPT, cookie }, { token: '' });
    expect(body.data.refreshSession).toMatchObject({
      viewer: { user: { username: login } },
      tokens: { accessToken: '', refreshToken: '' },
    });
    expect(nameIn(await post(WHO, { ...KEPT, cookie: jarOf(cookies) }))).toBe(login);
  }
});

test('a session that cannot be refreshed, and one that was ended, leave no cookies', async () => {
  const stale = { ...KEPT, cookie: '__Host-souk-refresh=stale' };
  const cleared = [ACCESS, '__Host-souk-refresh'].map((name) =>
    expect.stringMatching(new RegExp(`^${name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite`)),
  );
  expect((await post(REFRESH, stale, { token: '' })).cookies).toEqual(cleared);
  const cookie = await signIn('ada');
  const out = await post('mutation { bye: logout { revokedSessions } }', { ...KEPT, cookie });
  expect(out.body.data.bye.revokedSessions).toBe(1);
  expect(out.cookies).toEqual(cleared);
});

test('a token that is not valid any more is taken away, so that it is not in the way of a refresh', async () => {
  const cookie = `${ACCESS}=${await tokenFor('ada', { expiresIn: 1 })}`;
  const { status, cookies } = await post(WHO, { ...KEPT, cookie });
  expect(status).toBe(401);
  expect(cookies).toEqual([expect.stringContaining(`${ACCESS}=; Max-Age=0`)]);
});

test.each([
  ['another name for a token', LOGIN.replace('refreshToken ', 'mine: refreshToken ')],
  ['another name for all of them', LOGIN.replace('tokens {', 'mine: tokens {')],
  ['one that is left out', LOGIN.replace('refreshToken ', '')],
  ['none at all', LOGIN.replace(TOKENS, '')],
  ['one on a condition', LOGIN.replace('ExpiresAt }', 'ExpiresAt @skip(if: true) }')],
  ['all of them on a condition', LOGIN.replace('tokens {', 'tokens @include(if: true) {')],
  [
    'another name in a fragment',
    `${LOGIN.replace(TOKENS, 'tokens { ...T }')} fragment T on Tokens {
      accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt a: accessToken }`,
  ],
])('%s is refused before anything is done', async (_, query) => {
  const { status, body, cookies } = await post(query, KEPT, { login: 'ada' });
  expect([status, body.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
  expect(cookies).toEqual([]);
});

test('the variable for a cookie’s token must not be used elsewhere, nor conditionally', async () => {
  const cookie = await signIn('ada');
  for (const query of [
    REFRESH.replace('refreshSession(', 'say(text: $token) refreshSession('),
    REFRESH.replace('$token) {', '$token) @skip(if: true) {').replace(
      ' {\n',
      ' {\n  say(text: "x")\n',
    ),
    `${REFRESH.replace('refreshSession(', '...S refreshSession(')} fragment S on Mutation { say(text: $token) }`,
  ]) {
    const { status, body, cookies } = await post(query, { ...KEPT, cookie }, { token: '' });
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
    expect(cookies).toEqual([]);
  }
});

describe('of a request with a cookie', () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await signIn('ada');
  });

  test('that lacks the header which no foreign page may send, the cookie does not count', async () => {
    expect(nameIn(await post(WHO, { cookie }))).toBe('nobody');
  });

  test('the page is looked at', async () => {
    const from = (origin: string, query = WHO) =>
      post(query, { ...KEPT, cookie, origin }, { token: '' });
    expect(nameIn(await from(gateway.url))).toBe('ada');
    for (const origin of ['https://evil.example', 'null']) {
      for (const query of [WHO, REFRESH]) {
        const { status, body, cookies } = await from(origin, query);
        expect([status, body.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
        expect(cookies).toEqual([]);
      }
    }
  });

  test('a second cookie of the name decides nothing: it is refused', async () => {
    const other = `${ACCESS}=${await tokenFor('mallory')}`;
    for (const both of [`${other}; ${cookie}`, `${cookie}; ${other}`, `${cookie};${other}`]) {
      expect((await post(WHO, { ...KEPT, cookie: both })).status).toBe(400);
    }
    const refreshes = `${cookie}; __Host-souk-refresh=x`;
    expect((await post(REFRESH, { ...KEPT, cookie: refreshes }, { token: '' })).status).toBe(400);
  });

  test('a bearer token goes before it, also one that is not valid', async () => {
    const authorization = `Bearer ${await tokenFor('bo')}`;
    expect(nameIn(await post(WHO, { ...KEPT, cookie, authorization }))).toBe('bo');
    const bad = await post(WHO, { ...KEPT, cookie, authorization: 'Bearer x.y.z' });
    expect([bad.status, bad.cookies]).toEqual([401, []]);
  });
});

describe('streams', () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await signIn('ada');
  });
  const wsUrl = () => `${gateway.url.replace('http', 'ws')}/graphql`;

  test('a socket belongs to the page that opens it', async () => {
    const open = (headers: Headers) => rawSocket(wsUrl(), undefined, { headers });
    const heard = async (headers: Headers) => {
      await using socket = await open(headers);
      socket.send({ type: 'connection_init' });
      await until(() => socket.messages.length > 0);
      const stream = socket.subscribe('subscription { whoAmI }');
      const first = await Promise.race([stream.atLeast(1), stream.error()]);
      return JSON.stringify(first);
    };
    expect(await heard({ cookie, origin: gateway.url })).toContain('live as ada');
    // No browser leaves the page out.
    expect(await heard({ cookie })).toContain('UNAUTHENTICATED');
    await expect(open({ cookie, origin: 'https://evil.example' })).rejects.toThrow('HTTP 403');
    const twice = `${cookie}; ${ACCESS}=x`;
    await expect(open({ cookie: twice, origin: gateway.url })).rejects.toThrow('HTTP 400');
  });

  test('an EventSource can only use the cookie on a page of the same origin', async () => {
    const heard = async (headers: Headers) => {
      const leaving = new AbortController();
      const query = encodeURIComponent('subscription { whoAmI }');
      const response = await fetch(`${gateway.url}/graphql?query=${query}`, {
        headers: { accept: 'text/event-stream', cookie, ...headers },
        signal: leaving.signal,
      });
      let text = '';
      const reading = (async () => {
        for await (const chunk of response.body ?? []) {
          text += new TextDecoder().decode(chunk);
          if (/live as|code/.test(text)) return;
        }
      })();
      await reading;
      leaving.abort();
      return text;
    };
    expect(await heard({ 'sec-fetch-site': 'same-origin' })).toContain('live as ada');
    expect(await heard({ origin: gateway.url })).toContain('live as ada');
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(await heard({ 'sec-fetch-site': site })).toContain('UNAUTHENTICATED');
    }
    expect(await heard({ origin: 'https://evil.example' })).not.toContain('live as');
  });
});
