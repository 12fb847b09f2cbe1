import { digestBytesOf } from '@souk/runtime/domain';
import { sql } from '@souk/testkit';
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { payloadOf, type StartedUsers, someone, startUsers } from './accounts.ts';
import { eventsOf } from './database.ts';
import { type StartedProvider, startProvider } from './identity-provider.ts';

const CLIENT = {
  clientId: 'souk',
  clientSecret: 'a secret for tests',
  redirectUri: 'http://localhost:4000/signed-in',
};
const PEOPLE = {
  nia: {
    email: 'nia@mail.example',
    email_verified: true,
    name: 'Nia Okafor',
    preferred_username: 'Nia.O',
  },
  oto: { email: 'oto@mail.example', email_verified: false, name: 'Oto' },
  eve: { email: 'victim@example.com', email_verified: false, name: 'Eve' },
  eva: { email: 'victim@example.com', email_verified: true, name: 'win at evil.example' },
  lea: { email: 'lea@mail.example', email_verified: true },
  ira: {
    email: 'ira.levi@mail.example',
    email_verified: true,
    name: 'ira.levi@mail.example',
    preferred_username: 'ira.levi@mail.example',
  },
  uri: { email: 'uri@mail.example', email_verified: true, preferred_username: 'uri' },
  ole: { email: 'ole@mail.example', email_verified: true, preferred_username: 'was_here' },
  pia: { email: 'pia@mail.example', email_verified: true, preferred_username: 'pia_p' },
  kit: { email: 'kit@mail.example', email_verified: true, preferred_username: 'kit_k' },
  una: { email: 'una@mail.example', email_verified: true, preferred_username: 'twin' },
  uno: { email: 'uno@mail.example', email_verified: true, preferred_username: 'twin' },
  two: { email: 'two@mail.example', email_verified: true, preferred_username: 'nia_o' },
};
let provider: StartedProvider;
let graph: StartedUsers;
beforeAll(async () => {
  provider = await startProvider(PEOPLE, CLIENT);
  const { issuer } = provider;
  const { clientId, clientSecret, redirectUri } = CLIENT;
  graph = await startUsers({
    identityProviders: [
      { name: 'corp', label: 'Corp', issuer, clientId, clientSecret, redirectUris: [redirectUri] },
    ],
  });
});
afterAll(async () => {
  await graph?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
});

const ERRORS = 'errors { __typename ... on UserError { code path } }';
const BEGIN = `mutation ($provider: String!, $redirectUri: URL!) {
  beginOidcSignIn(provider: $provider, redirectUri: $redirectUri) { ceremonyId authorizationUrl ${ERRORS} } }`;
const COMPLETE = `mutation ($input: CompleteOidcSignInInput!) { completeOidcSignIn(input: $input) {
  viewer {
    email emailVerified user { id username displayName }
    sessions { edges { node { authenticatedBy current } } }
  }
  tokens { accessToken } challenge { challengeId } ${ERRORS} } }`;
const LINK = `mutation ($input: OidcAnswerInput!) { linkIdentity(input: $input) {
  identity { id displayName provider { name label } } ${ERRORS} } }`;
const UNLINK = `mutation ($id: ID!) { unlinkIdentity(linkedIdentityId: $id) { deletedId ${ERRORS} } }`;

type Caller = Parameters<StartedUsers['execute']>[2];
const run = async (query: string, variables: object, viewer: Caller = null) =>
  payloadOf(
    await graph.execute(query, { ...variables }, viewer),
    /\{\s*(\w+)/.exec(query.replace(/\([^)]*\) \{/, '{'))?.[1] ?? '',
  );
const begin = (given: object = {}) =>
  run(BEGIN, { provider: 'corp', redirectUri: CLIENT.redirectUri, ...given });
const visited = async (login: string) => {
  const { ceremonyId, authorizationUrl } = await begin();
  return { ceremonyId, ...(await provider.visit(authorizationUrl, login)) };
};
const signIn = async (login: string) => run(COMPLETE, { input: await visited(login) });

test('providers are listed by name, without their secrets', async () => {
  const data = await graph.ask('{ identityProviders { name label } }');
  expect(data.identityProviders).toEqual([{ name: 'corp', label: 'Corp' }]);
});

test('the browser leaves with PKCE, and returns to a page that was named beforehand', async () => {
  const { searchParams } = new URL((await begin()).authorizationUrl);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    ...{ response_type: 'code', client_id: 'souk', code_challenge_method: 'S256' },
    ...{ redirect_uri: CLIENT.redirectUri, state: expect.any(String), nonce: expect.any(String) },
  });
  expect((await begin({ redirectUri: 'https://evil.example/' })).errors).toMatchObject([
    { __typename: 'ValidationError', path: ['redirectUri'] },
  ]);
  expect((await begin({ provider: 'none' })).errors).toMatchObject([
    { code: 'IDENTITY_PROVIDER_NOT_FOUND' },
  ]);
});

describe('signing in', () => {
  test('opens an account for somebody new, and finds it again', async () => {
    const first = await signIn('nia');
    expect(first.errors).toEqual([]);
    expect(first.viewer).toMatchObject({
      ...{ email: 'nia@mail.example', emailVerified: true },
      user: { username: 'nia_o', displayName: 'Nia Okafor' },
    });
    expect(first.viewer.sessions.edges[0].node).toEqual({
      authenticatedBy: ['OIDC'],
      current: true,
    });
    expect((await signIn('nia')).viewer.user.id).toBe(first.viewer.user.id);
    // Somebody else's name is left to them.
    expect((await signIn('two')).viewer.user.username).toMatch(/^nia_o_\d+$/);
  });

  test("discloses nothing of a newcomer's address", async () => {
    for (const login of ['ira', 'uri', 'lea']) {
      const { viewer, errors } = await signIn(login);
      expect(errors).toEqual([]);
      expect(viewer.user.username).toMatch(/^newcomer_\d+$/);
      expect(viewer.user.displayName).toBe(viewer.user.username);
    }
  });

  test('names only newcomers as they wish', async () => {
    const wish = async (login: string, username: string) =>
      run(COMPLETE, { input: { ...(await visited(login)), username } });
    expect((await wish('pia', 'nia_o')).errors).toMatchObject([
      { __typename: 'UsernameTakenError', path: ['input', 'username'] },
    ]);
    expect((await wish('pia', 'Not a name')).errors).toMatchObject([
      { __typename: 'ValidationError', path: ['input', 'username'] },
    ]);
    expect((await wish('pia', 'Pia_Pix')).viewer.user.username).toBe('pia_pix');
    expect((await wish('pia', 'somebody_else')).viewer.user.username).toBe('pia_pix');
  });

  test('gives a recently freed name to nobody, without keeping newcomers out', async () => {
    await sql(graph, "INSERT INTO retired_name (digest, until) VALUES ($1, now() + '1 day')", [
      digestBytesOf('was_here'),
    ]);
    const { viewer, errors } = await signIn('ole');
    expect(errors).toEqual([]);
    expect(viewer.user.username).toMatch(/^was_here_\d+$/);
  });

  test('by two windows at once opens one account, and two people of one name get two', async () => {
    const answers = async (logins: string[]) => {
      const inputs = await Promise.all(logins.map(visited));
      return Promise.all(inputs.map((input) => run(COMPLETE, { input })));
    };
    const same = await answers(['kit', 'kit', 'kit']);
    expect(same.flatMap(({ errors }) => errors)).toEqual([]);
    expect(new Set(same.map(({ viewer }) => viewer.user.id)).size).toBe(1);
    const twins = await answers(['una', 'uno']);
    expect(twins.flatMap(({ errors }) => errors)).toEqual([]);
    const names = twins.map(({ viewer }) => viewer.user.username).sort();
    expect(names).toEqual(['twin', expect.stringMatching(/^twin_\d+$/)]);
  });

  test('never joins an account by its address, whatever the provider claims', async () => {
    const { viewer } = await someone(graph, 'victim');
    expect((await signIn('eve')).errors).toMatchObject([{ code: 'ADDRESS_UNCONFIRMED' }]);
    expect((await signIn('eva')).errors).toMatchObject([{ code: 'ACCOUNT_EXISTS' }]);
    expect((await signIn('oto')).errors).toMatchObject([{ code: 'ADDRESS_UNCONFIRMED' }]);
    const events = await eventsOf(graph, viewer.userId);
    expect(events.map(({ type }) => type)).toEqual(['users.UserRegistered', 'users.EmailVerified']);
  });

  test('takes an answer once, in its own ceremony, with its own state', async () => {
    const used = await visited('lea');
    const refused = { tokens: null, errors: [{ code: 'IDENTITY_REFUSED' }] };
    expect((await run(COMPLETE, { input: used })).errors).toEqual([]);
    expect(await run(COMPLETE, { input: used })).toMatchObject(refused);
    const own = await visited('lea');
    const another = await begin();
    for (const input of [
      { ...own, ceremonyId: another.ceremonyId },
      { ...(await visited('lea')), state: 'made up' },
      { ...(await visited('lea')), code: 'made up' },
      { ...own, ceremonyId: 'chl_none' },
    ]) {
      expect(await run(COMPLETE, { input })).toMatchObject(refused);
    }
    const late = await visited('lea');
    graph.pass(600_000);
    expect(await run(COMPLETE, { input: late })).toMatchObject(refused);
  });
});

test('a signed-in person links an identity, which then signs in, with the second factor as before', async () => {
  const { viewer } = await someone(graph, 'mia');
  const { identity } = await run(LINK, { input: await visited('oto') }, viewer);
  expect(identity).toMatchObject({ displayName: 'Oto', provider: { name: 'corp', label: 'Corp' } });
  expect((await signIn('oto')).viewer.user.username).toBe('mia');
  const stranger = await someone(graph, 'max');
  const taken = await run(LINK, { input: await visited('oto') }, stranger.viewer);
  expect(taken.errors).toMatchObject([{ code: 'IDENTITY_KNOWN' }]);

  const enrolment = await graph.execute('mutation { beginTotpEnrolment { secret } }', {}, viewer);
  const { secret } = enrolment.data.beginTotpEnrolment;
  const code = await generate({ secret, epoch: Math.floor((Date.now() + 600_000) / 1_000) });
  await graph.execute(
    'mutation ($code: String!) { confirmTotpEnrolment(code: $code) { errors { __typename } } }',
    { code },
    viewer,
  );
  const half = await signIn('oto');
  expect([half.tokens, half.challenge?.challengeId]).toEqual([
    null,
    expect.stringMatching(/^chl_/),
  ]);

  expect((await run(UNLINK, { id: identity.id }, stranger.viewer)).errors).toMatchObject([
    { code: 'LINKED_IDENTITY_NOT_FOUND' },
  ]);
  expect((await run(UNLINK, { id: identity.id }, viewer)).deletedId).toBe(identity.id);
  // Who was half signed in by it has lost what they began with.
  const totp = await generate({ secret, epoch: Math.floor((Date.now() + 630_000) / 1_000) });
  const rest = await graph.execute(
    'mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) { errors { ... on UserError { code path } } } }',
    { input: { challengeId: half.challenge.challengeId, totp } },
  );
  expect(rest.data.completeSignIn.errors).toEqual([
    { code: 'CODE_INVALID', path: ['input', 'challengeId'] },
  ]);
  expect((await signIn('oto')).errors).toMatchObject([{ code: 'ADDRESS_UNCONFIRMED' }]);
  const recorded = (await eventsOf(graph, viewer.userId)).map(({ payload }) => payload.change);
  expect(recorded).toEqual(expect.arrayContaining(['IDENTITY_LINKED', 'IDENTITY_UNLINKED']));
});
