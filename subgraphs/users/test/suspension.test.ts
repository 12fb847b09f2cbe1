import { sql } from '@souk/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const SUSPEND = `mutation ($userId: ID!, $reason: String! = "Spam in three rooms", $until: DateTime) {
  suspendUser(userId: $userId, reason: $reason, until: $until) {
    user { suspended bio suspension { reason until } }
    errors { __typename ... on UserError { code path } }
  }
}`;
const UNSUSPEND = `mutation ($userId: ID!) {
  unsuspendUser(userId: $userId) { user { suspended } errors { __typename } }
}`;
const OWN = '{ viewer { suspension { reason since until } user { suspended bio } } }';
const CHANGE = 'mutation { updateProfile(input: { bio: "words" }) { errors { __typename } } }';

type Viewer = ReturnType<typeof viewerOf>;
let admin: Viewer;
const signInAdmin = async () => {
  admin = viewerOf(await login(graph, { login: 'boss' }));
};
beforeAll(async () => {
  const { viewer } = await someone(graph, 'boss');
  await sql(graph, "UPDATE account SET roles = '{CUSTOMER,ADMIN}' WHERE id = $1", [viewer.userId]);
  await signInAdmin();
});
const suspend = async (variables: Record<string, unknown>, viewer: Viewer = admin) =>
  payloadOf(await graph.execute(SUSPEND, variables, viewer), 'suspendUser');
const unsuspend = async (userId: string) =>
  payloadOf(await graph.execute(UNSUSPEND, { userId }, admin), 'unsuspendUser');
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

describe('suspending somebody', () => {
  test('ends their sessions, gives them the reason, and leaves their page without words', async () => {
    const { viewer, tokens } = await someone(graph, 'bo');
    await graph.execute(CHANGE, {}, viewer);
    const until = inHours(24);
    expect(await suspend({ userId: viewer.userId, until })).toEqual({
      user: { suspended: true, bio: null, suspension: { reason: 'Spam in three rooms', until } },
      errors: [],
    });
    expect((await refresh(graph, tokens.refreshToken)).errors).toMatchObject([
      { __typename: 'TokenInvalidError' },
    ]);
    const again = await login(graph, { login: 'bo' });
    expect(decodeJwt(again.tokens.accessToken).sus).toBe(Date.parse(until) / 1_000);
    expect((await graph.ask(OWN, {}, viewerOf(again))).viewer).toMatchObject({
      suspension: { reason: 'Spam in three rooms', until },
      user: { suspended: true, bio: null },
    });
    expect((await eventsOf(graph, viewer.userId)).slice(-2)).toMatchObject([
      { type: 'users.UserSuspended', payload: { suspendedById: admin.userId } },
      { type: 'users.SessionRevoked', payload: { reason: 'SUSPENDED' } },
    ]);
  });

  test('allows changes to the account alone', async () => {
    const { viewer } = await someone(graph, 'cleo');
    const suspended = { ...viewer, suspended: true as const };
    expect(await graph.execute(CHANGE, {}, suspended)).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'ACCOUNT_SUSPENDED', category: 'FORBIDDEN' } }],
    });
    expect(await graph.execute('mutation { logout { revokedSessions } }', {}, suspended)).toEqual({
      data: { logout: { revokedSessions: 1 } },
    });
  });

  test('the same again changes nothing; another reason or end does', async () => {
    const { viewer } = await someone(graph, 'dara');
    const suspensions = async () =>
      (await eventsOf(graph, viewer.userId)).filter(({ type }) => type === 'users.UserSuspended');
    await suspend({ userId: viewer.userId });
    await suspend({ userId: viewer.userId });
    expect(await suspensions()).toHaveLength(1);
    await suspend({ userId: viewer.userId, reason: 'Spam in four rooms' });
    expect(await suspensions()).toHaveLength(2);
  });

  test('is over at its end by itself, and before it when staff says so', async () => {
    const { viewer } = await someone(graph, 'eli');
    await suspend({ userId: viewer.userId, until: inHours(1) });
    graph.pass(2 * 3_600_000);
    const later = await login(graph, { login: 'eli' });
    expect(decodeJwt(later.tokens.accessToken)).not.toHaveProperty('sus');
    expect((await graph.ask(OWN, {}, viewerOf(later))).viewer.suspension).toBeNull();

    expect(await suspend({ userId: viewer.userId })).toMatchObject({
      errors: [{ __typename: 'ReauthenticationRequiredError' }],
    });
    await signInAdmin();
    await suspend({ userId: viewer.userId });
    expect(decodeJwt((await login(graph, { login: 'eli' })).tokens.accessToken).sus).toBe(true);
    for (const _ of [1, 2]) {
      expect(await unsuspend(viewer.userId)).toEqual({ user: { suspended: false }, errors: [] });
    }
    const recorded = (await eventsOf(graph, viewer.userId)).map(({ type }) => type);
    expect(recorded.filter((type) => type === 'users.UserUnsuspended')).toHaveLength(1);
  });

  test('is for admins with an open session, of others, and ends later than now', async () => {
    const { viewer } = await someone(graph, 'fay');
    expect(await suspend({ userId: viewer.userId }, viewer)).toMatchObject({
      errors: [{ __typename: 'ForbiddenError', code: 'FORBIDDEN' }],
    });
    expect(await suspend({ userId: admin.userId })).toMatchObject({
      user: null,
      errors: [{ code: 'CANNOT_SUSPEND_YOURSELF', path: ['userId'] }],
    });
    expect(
      await suspend({ userId: viewer.userId, reason: '\u200b', until: inHours(-1) }),
    ).toMatchObject({ errors: [{ path: ['reason'] }, { path: ['until'] }] });
    expect(
      await suspend({ userId: viewer.userId.replace(/.$/, (end) => (end === '0' ? '1' : '0')) }),
    ).toMatchObject({
      errors: [{ __typename: 'NotFoundError', path: ['userId'] }],
    });
    const gone = { ...admin, sessionId: viewer.sessionId };
    expect(await suspend({ userId: viewer.userId }, gone)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('is heard by every device that follows the account', async () => {
    const { viewer } = await someone(graph, 'gil');
    await using stream = await graph.subscribe(
      `subscription { accountEvents {
        __typename ... on SecurityChanged { change viewer { suspension { reason } } }
      } }`,
      {},
      viewer,
    );
    await stream.atLeast(1);
    await suspend({ userId: viewer.userId });
    await unsuspend(viewer.userId);
    const recorded = await stream.find(({ data }) => data?.accountEvents.change === 'UNSUSPENDED');
    expect(recorded.data?.accountEvents).toEqual({
      ...{ __typename: 'SecurityChanged', change: 'UNSUSPENDED' },
      viewer: { suspension: null },
    });
  });
});
