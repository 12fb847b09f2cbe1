import { marksOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { login, type StartedUsers, someone, startUsers, viewerOf } from './accounts.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const EVENTS = `subscription ($after: EventCursor) {
  accountEvents(after: $after) {
    __typename
    ... on StreamEvent { cursor occurredAt }
    ... on CaughtUp { replayed }
    ... on StreamReset { reason }
    ... on ProfileUpdated { changed user { displayName } }
    ... on SessionRevoked { sessionId endReason session { id endedAt } }
  }
}`;
const HEAD = '{ viewer { accountHead user { displayName } } }';
const RENAME = `mutation ($displayName: String) {
  updateProfile(input: { displayName: $displayName }) { viewer { accountHead } }
}`;
type Caller = Parameters<StartedUsers['execute']>[2];
const rename = (displayName: string, viewer: Caller) =>
  graph.execute(RENAME, { displayName }, viewer);

test('changes and ended sessions arrive live, in order, as they are now', async () => {
  const { viewer } = await someone(graph, 'ada');
  const other = viewerOf(await login(graph, { login: 'ada' }));
  await using events = await graph.subscribe(EVENTS, {}, viewer);
  await events.atLeast(1);
  await rename('Ada I', viewer);
  await events.atLeast(2);
  await rename('Ada II', viewer);
  await graph.execute('mutation { logout { revokedSessions } }', {}, other);
  const seen = (await events.atLeast(4)).map(({ data }) => data.accountEvents);
  const place = { cursor: expect.any(String), occurredAt: expect.any(String) };
  const renamed = { ...place, __typename: 'ProfileUpdated', changed: ['displayName'] };
  expect(seen).toEqual([
    { ...place, __typename: 'CaughtUp', replayed: 0 },
    { ...renamed, user: { displayName: 'Ada I' } },
    { ...renamed, user: { displayName: 'Ada II' } },
    {
      ...place,
      __typename: 'SessionRevoked',
      sessionId: other.sessionId,
      endReason: 'LOGGED_OUT',
      session: { id: other.sessionId, endedAt: expect.any(String) },
    },
  ]);
});

test("from a query's head nothing is missed or repeated", async () => {
  const { viewer } = await someone(graph, 'bo');
  await rename('Before', viewer);
  const data = await graph.ask(HEAD, {}, viewer);
  expect(data.viewer.user.displayName).toBe('Before');
  await rename('Between', viewer);
  await using events = await graph.subscribe(EVENTS, { after: data.viewer.accountHead }, viewer);
  await events.atLeast(2);
  await rename('After', viewer);
  const seen = (await events.atLeast(3)).map((answer) => answer.data.accountEvents);
  expect(seen.map(({ __typename }) => __typename)).toEqual([
    'ProfileUpdated',
    'CaughtUp',
    'ProfileUpdated',
  ]);
  expect(seen[1].replayed).toBe(1);
  expect(seen[2].user.displayName).toBe('After');
});

test('events that are not for the owner are left out', async () => {
  const { viewer } = await someone(graph, 'cleo');
  await using events = await graph.subscribe(EVENTS, {}, viewer);
  await events.atLeast(1);
  await graph.execute('mutation { requestEmailVerification { accepted } }', {}, viewer);
  await rename('Cleo', viewer);
  const [, second] = await events.atLeast(2);
  expect(second?.data.accountEvents.__typename).toBe('ProfileUpdated');
});

test("subscribing requires signing in and the viewer's own cursor", async () => {
  const { viewer } = await someone(graph, 'dara');
  const other = await someone(graph, 'eli');
  const data = await graph.ask(HEAD, {}, other.viewer);
  await expect(graph.subscribe(EVENTS)).rejects.toThrow('UNAUTHENTICATED');
  for (const after of [data.viewer.accountHead, 'made up']) {
    await expect(graph.subscribe(EVENTS, { after }, viewer)).rejects.toThrow('BAD_USER_INPUT');
  }
  const wrongType = graph.subscribe(EVENTS, { after: 7 }, viewer);
  await expect(wrongType).rejects.toThrow('BAD_USER_INPUT');
  const noSuchField = graph.subscribe('subscription { accountEvents { nothing } }', {}, viewer);
  await expect(noSuchField).rejects.toThrow('GRAPHQL_VALIDATION_FAILED');
  const noDocument = graph.subscribe('subscription {', {}, viewer);
  await expect(noDocument).rejects.toThrow('GRAPHQL_PARSE_FAILED');
});

test('only its owner can follow an account, never a request on behalf of everybody', async () => {
  await expect(graph.listen(EVENTS, {}, 'everybody')).rejects.toThrow('UNAUTHENTICATED');
  const { viewer } = await someone(graph, 'fay');
  await using events = await graph.listen(EVENTS, {}, viewer);
  await events.atLeast(1);
  expect(marksOf(events.items)).toEqual([{ position: expect.any(Number) }]);
});
