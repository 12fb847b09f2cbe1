import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { createEndedSessions } from '@souk/runtime/identity';
import { pruneRows } from '@souk/runtime/persistence';
import { as, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { retention } from '../src/persistence/retention.ts';
import {
  login,
  payloadOf,
  refresh,
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

const DAY = 86_400_000;
const LOGOUT =
  'mutation ($everywhere: Boolean) { logout(everywhere: $everywhere) { revokedSessions } }';
const REVOKE = `mutation ($id: ID!) {
  revokeSession(sessionId: $id) { session { id endedAt current } errors { __typename ... on UserError { code path } } }
}`;
const SESSIONS = `query ($first: Int, $after: String) {
  viewer {
    sessions(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { id deviceLabel current createdAt authenticatedAt lastSeenAt expiresAt endedAt } }
    }
  }
}`;
const ended = [{ __typename: 'TokenInvalidError', code: 'TOKEN_INVALID', expired: false }];
const expired = [{ __typename: 'TokenInvalidError', code: 'TOKEN_EXPIRED', expired: true }];

test('a session is as fresh as its sign-in, and refreshing does not renew that', async () => {
  const { payload, tokens, viewer } = await someone(graph, 'fresh');
  const signedInAt = payload.viewer.authenticatedAt;
  expect(signedInAt).toEqual(expect.any(String));
  graph.pass(60_000);
  expect((await refresh(graph, tokens.refreshToken)).viewer.authenticatedAt).toBe(signedInAt);
  const data = await graph.ask(SESSIONS, {}, viewer);
  expect(data.viewer.sessions.edges[0].node.authenticatedAt).toBe(signedInAt);
  const again = await login(graph, { login: 'fresh' });
  expect(Date.parse(again.viewer.authenticatedAt)).toBeGreaterThan(Date.parse(signedInAt));
});

describe('refreshing', () => {
  test('gives a new pair for the same session', async () => {
    const { tokens, viewer } = await someone(graph, 'ada');
    const answer = await refresh(graph, tokens.refreshToken);
    expect(answer.errors).toEqual([]);
    expect(viewerOf(answer)).toEqual(viewer);
    expect(answer.tokens.refreshToken).not.toBe(tokens.refreshToken);
    expect(answer.tokens.accessToken).not.toBe(tokens.accessToken);
  });

  test('twenty times at once with one token gives one successor', async () => {
    const { tokens, viewer } = await someone(graph, 'bo');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh(graph, tokens.refreshToken)),
    );
    for (const { errors } of answers) expect(errors).toEqual([]);
    expect(new Set(answers.map((answer) => answer.tokens.refreshToken)).size).toBe(1);
    const stored = await sql(graph, 'SELECT 1 FROM refresh_token WHERE session_id = $1', [
      viewer.sessionId,
    ]);
    expect(stored).toHaveLength(2);
  });

  test('within ten seconds again gives the same successor, which still works', async () => {
    const { tokens } = await someone(graph, 'cleo');
    const first = await refresh(graph, tokens.refreshToken);
    graph.pass(9_000);
    const again = await refresh(graph, tokens.refreshToken);
    expect(again.tokens.refreshToken).toBe(first.tokens.refreshToken);
    expect(again.tokens.refreshTokenExpiresAt).toBe(first.tokens.refreshTokenExpiresAt);
    expect((await refresh(graph, again.tokens.refreshToken)).errors).toEqual([]);
  });

  test('later again by the same key gives the same successor, until that has been used', async () => {
    const { tokens } = await someone(graph, 'carl');
    const key = randomUUID();
    const first = await refresh(graph, tokens.refreshToken, { key });
    expect(first.replayed).toBe(false);
    for (const minutes of [1, 600]) {
      graph.pass(minutes * 60_000);
      const again = await refresh(graph, tokens.refreshToken, { key });
      expect(again.errors).toEqual([]);
      expect(again.replayed).toBe(true);
      expect(again.tokens.refreshToken).toBe(first.tokens.refreshToken);
      expect(again.tokens.refreshTokenExpiresAt).toBe(first.tokens.refreshTokenExpiresAt);
    }
    const next = await refresh(graph, first.tokens.refreshToken, { key: randomUUID() });
    expect(next.errors).toEqual([]);
    graph.pass(10_500);
    // Somebody went on from there, so whoever asks now has it from them.
    expect((await refresh(graph, tokens.refreshToken, { key })).errors).toMatchObject(ended);
    expect((await refresh(graph, next.tokens.refreshToken)).errors).toMatchObject(ended);
  });

  test.each([
    ['another key', () => randomUUID()],
    ['none', () => null],
  ])('later again by %s ends the whole family', async (by, other) => {
    const { tokens } = await someone(graph, `carla_${by.replace(' ', '_')}`);
    const next = await refresh(graph, tokens.refreshToken, { key: randomUUID() });
    graph.pass(10_500);
    expect((await refresh(graph, tokens.refreshToken, { key: other() })).errors).toMatchObject(
      ended,
    );
    expect((await refresh(graph, next.tokens.refreshToken)).errors).toMatchObject(ended);
  });

  test('by a key that another token was traded by is refused, and ends nothing', async () => {
    const { tokens } = await someone(graph, 'carmen');
    const key = randomUUID();
    const next = await refresh(graph, tokens.refreshToken, { key });
    expect(await refresh(graph, next.tokens.refreshToken, { key })).toMatchObject({
      ...{ tokens: null, replayed: false },
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] }],
    });
    expect((await refresh(graph, next.tokens.refreshToken, { key: randomUUID() })).errors).toEqual(
      [],
    );
  });

  test('later again ends the whole family, and is announced', async () => {
    const { tokens, viewer } = await someone(graph, 'dara');
    const other = await login(graph, { login: 'dara' });
    const next = await refresh(graph, tokens.refreshToken);
    graph.pass(10_500);
    expect((await refresh(graph, tokens.refreshToken)).errors).toMatchObject(ended);
    expect((await refresh(graph, next.tokens.refreshToken)).errors).toMatchObject(ended);
    expect((await refresh(graph, other.tokens.refreshToken)).errors).toEqual([]);

    const { userId, sessionId } = viewer;
    expect((await eventsOf(graph, userId)).slice(2)).toEqual([
      {
        type: 'users.SessionRevoked',
        payload: { userId, sessionId, reason: 'TOKEN_REUSED' },
      },
    ]);
    const list = createEndedSessions(graph.backplane.cache);
    expect(await list.stateOf(sessionId)).toBe('ended');
    expect(await list.stateOf(viewerOf(other).sessionId)).not.toBe('ended');
  });

  test('goes on for thirty days, never longer, and never over fourteen idle ones', async () => {
    const { tokens } = await someone(graph, 'eli');
    const idle = await login(graph, { login: 'eli' });
    let token = tokens.refreshToken;
    for (const days of [13, 13]) {
      graph.pass(days * DAY);
      const answer = await refresh(graph, token);
      expect(answer.errors).toEqual([]);
      token = answer.tokens.refreshToken;
    }
    expect((await refresh(graph, idle.tokens.refreshToken)).errors).toMatchObject(expired);
    graph.pass(4.1 * DAY);
    expect((await refresh(graph, token)).errors).toMatchObject(expired);
  });

  test.each([
    ['another text', 'made up'],
    ['the right form', 'a'.repeat(43)],
    ['nothing', ''],
  ])('with %s is refused', async (_, token) => {
    expect(await refresh(graph, token)).toMatchObject({
      viewer: null,
      tokens: null,
      errors: ended,
    });
  });

  test('with a text longer than any token is refused', async () => {
    const { tokens, errors } = await refresh(graph, 'a'.repeat(100_000));
    expect(tokens).toBeNull();
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['refreshToken'] }]);
  });

  test('with an access token is refused', async () => {
    const { tokens } = await someone(graph, 'fay');
    expect((await refresh(graph, tokens.accessToken)).errors).toMatchObject(ended);
  });
});

describe('logging out', () => {
  test('ends this session alone, once', async () => {
    const here = await someone(graph, 'gus');
    const there = await login(graph, { login: 'gus' });
    const logout = async () =>
      payloadOf(await graph.execute(LOGOUT, {}, here.viewer), 'logout').revokedSessions;
    expect(await logout()).toBe(1);
    expect(await logout()).toBe(0);
    expect((await refresh(graph, here.tokens.refreshToken)).errors).toMatchObject(ended);
    expect((await refresh(graph, there.tokens.refreshToken)).errors).toEqual([]);
    const recorded = await eventsOf(graph, here.viewer.userId);
    expect(recorded.filter(({ type }) => type === 'users.SessionRevoked')).toHaveLength(1);
  });

  test('everywhere ends all sessions of the account, and no others', async () => {
    const { viewer } = await someone(graph, 'hal');
    const there = await login(graph, { login: 'hal' });
    const other = await someone(graph, 'ivo');
    const answer = await graph.execute(LOGOUT, { everywhere: true }, viewer);
    expect(answer.data.logout.revokedSessions).toBe(2);
    expect((await refresh(graph, there.tokens.refreshToken)).errors).toMatchObject(ended);
    expect((await refresh(graph, other.tokens.refreshToken)).errors).toEqual([]);
  });

  test('needs somebody to be signed in', async () => {
    const { errors } = await graph.execute(LOGOUT);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('the list of sessions', () => {
  test('tells where each was last seen, and its device', async () => {
    await someone(graph, 'nomad');
    const signedIn = await login(graph, { login: 'nomad' }, '198.51.100.7');
    const viewer = viewerOf(signedIn);
    const seen = async () => {
      const query = '{ viewer { sessions(first: 1) { edges { node { ip userAgent } } } } }';
      return (await graph.execute(query, {}, viewer)).data.viewer.sessions.edges[0].node;
    };
    expect(await seen()).toEqual({ ip: '198.51.100.7', userAgent: 'Testbrowser/1.0' });
    const { tokens } = await refresh(graph, signedIn.tokens.refreshToken, { from: '203.0.113.9' });
    expect(await seen()).toEqual({ ip: '203.0.113.9', userAgent: 'Testbrowser/1.0' });
    // Of where it was, what nobody knows stays as it is.
    expect((await refresh(graph, tokens.refreshToken)).errors).toEqual([]);
    expect(await seen()).toMatchObject({ ip: '203.0.113.9' });
  });

  test('shows open ones, the newest first, a page at a time', async () => {
    const { viewer } = await someone(graph, 'jo', { deviceLabel: 'a phone' });
    for (const deviceLabel of ['a laptop', 'a fridge'])
      await login(graph, { login: 'jo', deviceLabel });
    const page = async (variables: object) =>
      (await graph.ask(SESSIONS, { first: 2, ...variables }, viewer)).viewer.sessions;
    const first = await page({});
    const labels = ({ edges }: { edges: { node: { deviceLabel: string; current: boolean } }[] }) =>
      edges.map(({ node }) => [node.deviceLabel, node.current]);
    expect(labels(first)).toEqual([
      ['a fridge', false],
      ['a laptop', false],
    ]);
    expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([3, true]);
    const second = await page({ after: first.pageInfo.endCursor });
    expect(labels(second)).toEqual([['a phone', true]]);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  test.each([
    ['an edited cursor', { after: 'AAAA' }],
    ['less than no rows', { first: -1 }],
    ['too many rows', { first: 101 }],
  ])('refuses %s', async (_, variables) => {
    const { viewer } = await someone(graph, `k${Math.random().toString(36).slice(2, 10)}`);
    const { errors } = await graph.execute(SESSIONS, variables, viewer);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('takes no cursor of somebody else’s list', async () => {
    const kim = await someone(graph, 'kim');
    const lea = await someone(graph, 'lea');
    const data = await graph.ask(SESSIONS, { first: 1 }, kim.viewer);
    const after = data.viewer.sessions.pageInfo.endCursor;
    const { errors } = await graph.execute(SESSIONS, { after }, lea.viewer);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('the list takes the same number of statements at any length', async () => {
  const { viewer } = await someone(graph, 'pam');
  const statements = () => graph.statementsOf(() => graph.execute(SESSIONS, {}, viewer));
  const few = await statements();
  for (let n = 0; n < 5; n += 1) await login(graph, { login: 'pam' });
  expect(await statements()).toHaveLength(few.length);
});

test('sessions that ended long ago are forgotten with their tokens, open ones never', async () => {
  const old = await someone(graph, 'quin');
  const open = await login(graph, { login: 'quin' });
  await graph.execute(LOGOUT, {}, old.viewer);
  const client = createClient(graph.databaseUrl);
  try {
    const ids = [old.viewer.sessionId, viewerOf(open).sessionId];
    const left = () =>
      sql<{ session_id: string }>(
        graph,
        'SELECT session_id FROM refresh_token WHERE session_id = ANY($1)',
        [ids],
      );
    const prune = async () => {
      for (const rule of retention) await pruneRows(client, rule);
    };
    await prune();
    expect(await left()).toHaveLength(2);
    await sql(
      graph,
      `UPDATE session SET ended_at = now() - interval '31 days' WHERE id = $1 RETURNING id`,
      [ids[0]],
    );
    await prune();
    expect(await left()).toEqual([{ session_id: ids[1] }]);
  } finally {
    await client.$disconnect();
  }
});

test('ending thirty sessions costs as many statements as ending two, and each is announced', async () => {
  const cost = async (username: string, count: number) => {
    const { viewer } = await someone(graph, username);
    await sql(
      graph,
      `INSERT INTO session (id, account_id, created_at, last_seen_at, authenticated_at, expires_at)
       SELECT id, $2, now(), now(), now(), now() + interval '1000 days' FROM unnest($1::text[]) AS given(id)`,
      [Array.from({ length: count - 1 }, () => newId('ses')), viewer.userId],
    );
    const statements = await graph.statementsOf(async () => {
      const data = await graph.ask(LOGOUT, { everywhere: true }, viewer);
      expect(data.logout.revokedSessions).toBe(count);
    });
    const recorded = (await eventsOf(graph, viewer.userId)).filter(
      ({ type }) => type === 'users.SessionRevoked',
    );
    expect(recorded).toHaveLength(count);
    return statements.length;
  };
  expect(await cost('thirty', 30)).toBe(await cost('two', 2));
});

describe('ending another session', () => {
  test('ends it and shows when', async () => {
    const { viewer } = await someone(graph, 'mia');
    const there = await login(graph, { login: 'mia' });
    const { sessionId } = viewerOf(there);
    const answer = payloadOf(
      await graph.execute(REVOKE, { id: sessionId }, viewer),
      'revokeSession',
    );
    expect(answer).toEqual({
      session: { id: sessionId, endedAt: expect.any(String), current: false },
      errors: [],
    });
    expect((await refresh(graph, there.tokens.refreshToken)).errors).toMatchObject(ended);
    const data = await graph.ask(SESSIONS, {}, viewer);
    expect(data.viewer.sessions.totalCount).toBe(1);
  });

  test('of another person, of nobody or of another type is not found', async () => {
    const ned = await someone(graph, 'ned');
    const oda = await someone(graph, 'oda');
    for (const id of [ned.viewer.sessionId, as('x').sessionId, oda.viewer.userId, 'ses_', '']) {
      const answer = payloadOf(await graph.execute(REVOKE, { id }, oda.viewer), 'revokeSession');
      expect(answer).toMatchObject({
        session: null,
        errors: [{ code: 'SESSION_NOT_FOUND', path: ['sessionId'] }],
      });
    }
    expect((await refresh(graph, ned.tokens.refreshToken)).errors).toEqual([]);
  });
});
