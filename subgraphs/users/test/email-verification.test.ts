import { sql } from '@souk/testkit';
import { generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicKeys } from '../src/index.ts';
import { payloadOf, type StartedUsers, someone, startUsers } from './accounts.ts';
import { eventsOf } from './database.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const VERIFY = `mutation ($token: String!) {
  verifyEmail(token: $token) {
    verified viewer { emailVerified } errors { __typename ... on TokenInvalidError { code expired } }
  }
}`;
const REQUEST = `mutation {
  requestEmailVerification {
    accepted errors { __typename ... on RateLimitedError { code retryAfterSeconds } }
  }
}`;
type Caller = Parameters<StartedUsers['execute']>[2];
const verify = async (token: string, viewer: Caller = null) =>
  payloadOf(await graph.execute(VERIFY, { token }, viewer), 'verifyEmail');
const request = async (viewer: Caller) =>
  payloadOf(await graph.execute(REQUEST, {}, viewer), 'requestEmailVerification');

/** The newest token that was sent to somebody. */
async function mailedToken(userId: string): Promise<string> {
  const events = await eventsOf(graph, userId);
  return events.findLast(({ payload }) => payload.emailVerification)?.payload.emailVerification
    .token;
}
const invalid = {
  verified: false,
  viewer: null,
  errors: [{ __typename: 'TokenInvalidError', code: 'TOKEN_INVALID', expired: false }],
};

test('the token of the mail confirms the address; again changes nothing', async () => {
  const { viewer } = await someone(graph, 'ada');
  const token = await mailedToken(viewer.userId);
  const answer = { verified: true, viewer: { emailVerified: true }, errors: [] };
  expect(await verify(token, viewer)).toEqual(answer);
  expect(await verify(token, viewer)).toEqual(answer);
  const told = (await eventsOf(graph, viewer.userId)).slice(1);
  expect(told).toEqual([
    {
      type: 'users.EmailVerified',
      payload: { userId: viewer.userId, email: 'ada@example.com' },
    },
  ]);
  expect(await request(viewer)).toEqual({ accepted: false, errors: [] });
});

test('whoever follows the link without being signed in learns nothing but that it worked', async () => {
  const { viewer } = await someone(graph, 'bo');
  const other = await someone(graph, 'cleo');
  const token = await mailedToken(viewer.userId);
  const answer = { verified: true, viewer: null, errors: [] };
  expect(await verify(token)).toEqual(answer);
  expect(await verify(token, other.viewer)).toEqual(answer);
});

test('after a day it has expired', async () => {
  const { viewer } = await someone(graph, 'dara');
  const token = await mailedToken(viewer.userId);
  graph.pass(86_401_000);
  expect(await verify(token)).toMatchObject({
    verified: false,
    errors: [{ code: 'TOKEN_EXPIRED', expired: true }],
  });
  expect((await request(viewer)).accepted).toBe(true);
  expect((await verify(await mailedToken(viewer.userId))).verified).toBe(true);
});

test('it confirms no other address than the one it was sent to', async () => {
  const { viewer } = await someone(graph, 'eli');
  const token = await mailedToken(viewer.userId);
  await sql(graph, "UPDATE account SET email_canonical = 'new@example.com' WHERE id = $1", [
    viewer.userId,
  ]);
  expect(await verify(token)).toEqual(invalid);
});

test('what was not signed by us, or for something else, confirms nothing', async () => {
  const { viewer, tokens } = await someone(graph, 'fay');
  const token = await mailedToken(viewer.userId);
  const [header, payload, signature] = token.split('.');
  const claims = { email: 'fay@example.com' };
  const forge = async (alg: string, key: Parameters<SignJWT['sign']>[0], typ: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg, typ, kid: String(publicKeys(graph.config).keys[0]?.kid) })
      .setSubject(viewer.userId)
      .setIssuer('souk')
      .setAudience('users')
      .setExpirationTime('1h')
      .sign(key);
  const { privateKey } = await generateKeyPair('EdDSA');
  const [ours] = graph.config.accessTokenPrivateKeys;
  const publicBytes = new TextEncoder().encode(JSON.stringify(publicKeys(graph.config).keys[0]));
  const unsigned = Buffer.from('{"alg":"none","typ":"email-verification+jwt"}').toString(
    'base64url',
  );
  const forged = [
    await forge('EdDSA', privateKey, 'email-verification+jwt'),
    await forge('EdDSA', await importJWK(ours ?? {}, 'EdDSA'), 'at+jwt'),
    await forge('HS256', publicBytes, 'email-verification+jwt'),
    `${unsigned}.${payload}.`,
    `${header}.${payload}.${signature?.slice(0, -4)}AAAA`,
    `${header}.${payload}`,
    tokens.accessToken,
    'a.b.c',
    '',
  ];
  for (const text of forged) expect(await verify(text)).toEqual(invalid);
  expect(await verify('x'.repeat(20_000))).toMatchObject({
    verified: false,
    errors: [{ __typename: 'ValidationError' }],
  });
  expect((await verify(token)).verified).toBe(true);
});

test('another mail can be asked for three times an hour', async () => {
  const { viewer } = await someone(graph, 'gus');
  const answers = [];
  for (let n = 0; n < 4; n += 1) answers.push(await request(viewer));
  expect(answers.map(({ accepted }) => accepted)).toEqual([true, true, true, false]);
  expect(answers[3].errors).toMatchObject([{ code: 'RATE_LIMITED' }]);
  const asked = (await eventsOf(graph, viewer.userId)).slice(1);
  expect(asked.map(({ type }) => type)).toEqual(Array(3).fill('users.EmailVerificationRequested'));
});
