import { randomUUID } from 'node:crypto';
import { apiKeyDigest, isApiKeySecret } from '@souk/runtime/identity';
import { sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { payloadOf, type StartedUsers, someone, startUsers } from './accounts.ts';
import { eventsOf } from './database.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  apiKey { id name prefix scopes expiresAt lastUsedAt revokedAt } secret replayed
  errors { __typename ... on UserError { code path } } } }`;
const REVOKE = `mutation ($id: ID!) { revokeApiKey(apiKeyId: $id) {
  apiKey { revokedAt } errors { __typename ... on UserError { code } } } }`;
const LIST = `{ viewer { apiKeys { edges { node { name lastUsedAt revokedAt } } } } }`;
const HOLDER = `query ($digest: String!) { apiKeyHolder(digest: $digest) {
  apiKeyId userId roles scopes suspended } }`;

type Caller = Parameters<StartedUsers['execute']>[2];
const create = async (viewer: Caller, given: object = {}) => {
  const input = { name: 'a shop', scopes: ['ORDERS_READ'], idempotencyKey: randomUUID(), ...given };
  return payloadOf(await graph.execute(CREATE, { input }, viewer), 'createApiKey');
};
const revoke = async (viewer: Caller, id: string) =>
  payloadOf(await graph.execute(REVOKE, { id }, viewer), 'revokeApiKey');
const holderOf = async (secret: string) =>
  (await graph.ask(HOLDER, { digest: apiKeyDigest(secret) })).apiKeyHolder;

test('a key is shown once, and kept as a digest', async () => {
  const { viewer } = await someone(graph, 'ada');
  const idempotencyKey = randomUUID();
  const { apiKey, secret, replayed } = await create(viewer, { idempotencyKey });
  expect(isApiKeySecret(secret)).toBe(true);
  expect(secret.startsWith(apiKey.prefix)).toBe(true);
  expect(apiKey).toMatchObject({ name: 'a shop', scopes: ['ORDERS_READ'], lastUsedAt: null });
  expect(replayed).toBe(false);
  const again = await create(viewer, { idempotencyKey });
  expect(again).toMatchObject({ apiKey: { id: apiKey.id }, secret: null, replayed: true });
  const rows = await sql(graph, 'SELECT row_to_json(k)::text AS row FROM api_key k');
  expect(JSON.stringify(rows)).not.toContain(secret);
  const recorded = (await eventsOf(graph, viewer.userId)).map(({ payload }) => payload.change);
  expect(recorded.slice(-1)).toEqual(['API_KEY_CREATED']);
});

test('its holder is known by it until it ends or is revoked, and its use is noted', async () => {
  const { viewer } = await someone(graph, 'bo');
  const { apiKey, secret } = await create(viewer);
  expect(await holderOf(secret)).toEqual({
    ...{ apiKeyId: apiKey.id, userId: viewer.userId, roles: ['CUSTOMER'] },
    ...{ scopes: ['ORDERS_READ'], suspended: false },
  });
  const shown = async () => (await graph.ask(LIST, {}, viewer)).viewer.apiKeys.edges;
  expect(Date.parse((await shown())[0].node.lastUsedAt)).toBeGreaterThan(0);
  const written = await graph.statementsOf(() => holderOf(secret));
  expect(written.filter((statement) => statement.startsWith('UPDATE'))).toEqual([]);

  const open = async () =>
    (await graph.ask('query ($ids: [ID!]!) { openSessions(ids: $ids) }', { ids: [apiKey.id] }))
      .openSessions;
  expect(await open()).toEqual([apiKey.id]);
  expect((await revoke(viewer, apiKey.id)).apiKey.revokedAt).not.toBeNull();
  expect((await revoke(viewer, apiKey.id)).errors).toEqual([]);
  expect([await holderOf(secret), await open()]).toEqual([null, []]);
  expect((await shown())[0].node.revokedAt).not.toBeNull();

  const soon = await create(viewer, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
  expect(await holderOf(soon.secret)).not.toBeNull();
  graph.pass(61_000);
  expect(await holderOf(soon.secret)).toBeNull();
});

test('making one asks for a recent proof, and for something it is for', async () => {
  const { viewer } = await someone(graph, 'cleo');
  const stranger = await someone(graph, 'dara');
  const { apiKey } = await create(viewer);
  expect((await revoke(stranger.viewer, apiKey.id)).errors).toMatchObject([
    { code: 'API_KEY_NOT_FOUND' },
  ]);
  for (const given of [{ scopes: [] }, { expiresAt: '2020-01-01T00:00:00Z' }]) {
    expect((await create(viewer, given)).errors).toMatchObject([
      { __typename: 'ValidationError', path: ['input', Object.keys(given)[0]] },
    ]);
  }
  graph.pass(600_000);
  expect((await create(viewer)).errors).toMatchObject([{ code: 'REAUTHENTICATION_REQUIRED' }]);
});

test('an account has twenty at most', async () => {
  const { viewer } = await someone(graph, 'eli');
  const made = await Promise.all(Array.from({ length: 21 }, () => create(viewer)));
  expect(made.filter(({ secret }) => secret)).toHaveLength(20);
  expect(made.flatMap(({ errors }) => errors)).toMatchObject([{ code: 'TOO_MANY_API_KEYS' }]);
});
