import { newId } from '@souk/runtime/domain';
import { sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { login, PASSWORD, payloadOf, type StartedUsers, someone, startUsers } from './accounts.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const REAUTHENTICATE = `mutation ($proof: ProofInput!) { reauthenticate(proof: $proof) {
  session { authenticatedAt authenticatedBy current }
  errors { __typename ... on UserError { code path } ... on InvalidCredentialsError { attemptsLeft } }
} }`;
const SET_ROLES = `mutation ($userId: ID!) { setUserRoles(userId: $userId, roles: [ADMIN]) {
  roles errors {
    __typename ... on UserError { code } ... on ReauthenticationRequiredError { methods maxAgeSeconds }
  }
} }`;
type Caller = Parameters<StartedUsers['execute']>[2];
const prove = async (proof: object, viewer: Caller) =>
  payloadOf(await graph.execute(REAUTHENTICATE, { proof }, viewer), 'reauthenticate');

test('a mutation that needs reauthentication tells the possible ways, and accepts them', async () => {
  const { viewer } = await someone(graph, 'ada');
  await sql(graph, "UPDATE account SET roles = '{CUSTOMER,ADMIN}' WHERE id = $1", [viewer.userId]);
  const admin = { ...viewer, roles: ['CUSTOMER' as const, 'ADMIN' as const] };
  const setRoles = async () =>
    payloadOf(await graph.execute(SET_ROLES, { userId: viewer.userId }, admin), 'setUserRoles');
  expect((await setRoles()).errors).toEqual([]);

  graph.pass(600_000);
  expect(await setRoles()).toMatchObject({
    roles: [],
    errors: [
      {
        __typename: 'ReauthenticationRequiredError',
        code: 'REAUTHENTICATION_REQUIRED',
        methods: expect.arrayContaining(['PASSWORD']),
        maxAgeSeconds: 600,
      },
    ],
  });
  expect((await prove({ password: 'not this one' }, admin)).errors).toMatchObject([
    { __typename: 'InvalidCredentialsError', attemptsLeft: 4 },
  ]);
  expect((await setRoles()).errors).toHaveLength(1);

  const { session, errors } = await prove({ password: PASSWORD }, admin);
  expect(errors).toEqual([]);
  expect(session).toMatchObject({ authenticatedBy: ['EMAIL_CODE', 'PASSWORD'], current: true });
  expect((await setRoles()).errors).toEqual([]);
});

test('another session of the account, or one that has ended, is not made fresh', async () => {
  const { viewer } = await someone(graph, 'bo');
  await login(graph, { login: 'bo' });
  graph.pass(600_000);
  await prove({ password: PASSWORD }, viewer);
  const rows = await sql(
    graph,
    'SELECT count(*)::int AS fresh FROM session WHERE account_id = $1 AND authenticated_at > $2',
    [viewer.userId, new Date(Date.now() + 600_000)],
  );
  expect(rows).toEqual([{ fresh: 1 }]);
  const end = "UPDATE session SET ended_at = now(), end_reason = 'REVOKED' WHERE id = $1";
  await sql(graph, end, [viewer.sessionId]);
  expect(await prove({ password: PASSWORD }, viewer)).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('guesses are counted as sign-ins are', async () => {
  const { viewer } = await someone(graph, 'cleo');
  const codes = [];
  for (let n = 0; n < 6; n += 1) {
    codes.push((await prove({ password: `guess number ${n}` }, viewer)).errors[0].code);
  }
  expect(codes).toEqual([...Array(5).fill('INVALID_CREDENTIALS'), 'RATE_LIMITED']);
});

test('a stranger at the same address cannot prevent reauthentication', async () => {
  const { viewer } = await someone(graph, 'dora');
  const at = '192.0.2.9';
  const codes = [];
  for (let n = 0; n < 6; n += 1) {
    codes.push((await login(graph, { login: 'dora', password: `guess ${n}` }, at)).errors[0].code);
  }
  expect(codes.at(-1)).toBe('RATE_LIMITED');
  const proof = { password: PASSWORD };
  const answer = await graph.execute(REAUTHENTICATE, { proof }, viewer, at);
  expect(payloadOf(answer, 'reauthenticate').errors).toEqual([]);
});

test('a session that users of the release before opened was proved when it began, by a password', async () => {
  const { viewer } = await someone(graph, 'earl');
  const sessionId = newId('ses');
  await sql(
    graph,
    `INSERT INTO session (id, account_id, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, now(), now(), now() + interval '1 day')`,
    [sessionId, viewer.userId],
  );
  const proved = await sql<{ by: string; ago: number }>(
    graph,
    `SELECT authenticated_by::text AS by, abs(extract(epoch FROM authenticated_at - created_at))::int AS ago
     FROM session WHERE id = $1`,
    [sessionId],
  );
  expect(proved).toEqual([{ by: '{PASSWORD}', ago: 0 }]);
});
