import { randomUUID } from 'node:crypto';
import { firstIdAt, newId } from '@souk/runtime/domain';
import { as, insist, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIG, communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups({ worker: true });
  town = communityOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const create = (input: Record<string, unknown>, viewer = as('ada') as never) =>
  town.ask('createGroup', { input }, viewer);

test('its founder owns it and is its only member', async () => {
  const { group, errors } = await create({ name: ' Night  owls ', description: 'Late.' });
  expect(errors).toEqual([]);
  expect(group).toMatchObject({
    slug: expect.stringMatching(/^night-owls-[0-9a-z]{5}$/),
    visibility: 'PRIVATE',
    joinPolicy: 'INVITE_ONLY',
    memberCount: 1,
    version: 1,
    owner: { id: as('ada').userId },
  });
  const seen = await town.ask('group', { slug: group.slug });
  expect(seen).toMatchObject({ id: group.id, viewerMembership: { role: 'OWNER' } });
  expect(seen.members.totalCount).toBe(1);
  const events = await sql(
    graph,
    'SELECT type, sequence::int FROM event_record WHERE stream = $1',
    [`group:${group.id}`],
  );
  expect(events).toEqual([
    { type: 'groups.GroupCreated', sequence: 1 },
    { type: 'groups.MemberJoined', sequence: 2 },
  ]);
});

test('a name that is taken gives another slug; a chosen slug that is taken is refused', async () => {
  const first = await town.found({ name: 'Chess club' });
  const second = await town.found({ name: 'Chess club' });
  expect(first.slug).toBe('chess-club');
  expect(second.slug).toMatch(/^chess-club-[0-9a-z]{5}$/);
  expect(await create({ name: 'Other', slug: 'chess-club', visibility: 'PUBLIC' })).toMatchObject({
    group: null,
    errors: [{ __typename: 'ConflictError', code: 'GROUP_SLUG_TAKEN', path: ['input', 'slug'] }],
  });
});

test('the slug of a private group, chosen or not, discloses nothing about it', async () => {
  const input = { name: 'Secret supper', slug: 'secret-supper', visibility: 'PRIVATE' };
  const { group } = await create(input);
  expect(group.slug).toMatch(/^secret-supper-[0-9a-z]{5}$/);
  // Whoever tries gets what they would get if there were none.
  for (const visibility of ['PUBLIC', 'PRIVATE']) {
    const tried = await create({ ...input, visibility }, as('eve') as never);
    expect(tried.errors).toEqual([]);
  }
});

test('one account can create only the allowed number of groups within the window, however fast', async () => {
  let now = new Date();
  const config = { ...CONFIG, groupsPerWindow: 5 };
  await using limited = await startGroups({ config, clock: () => now });
  const village = communityOf(limited);
  const founding = (who: string, given = {}) =>
    village.ask('createGroup', { input: { name: 'Many', ...given } }, as(who));
  const key = { idempotencyKey: randomUUID() };
  await Promise.all(Array.from({ length: 10 }, () => founding('ada', key)));
  const answers = await Promise.all(Array.from({ length: 20 }, () => founding('ada')));
  expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(4);
  now = new Date(now.getTime() + 600_000);
  expect(await founding('ada')).toMatchObject({
    group: null,
    errors: [{ __typename: 'RateLimitedError', code: 'RATE_LIMITED', retryAfterSeconds: 3_000 }],
  });
  expect((await founding('ada', key)).errors).toEqual([]);
  expect((await founding('bo')).errors).toEqual([]);
  now = new Date(now.getTime() + 3_000_000);
  expect((await founding('ada')).errors).toEqual([]);
});

test('twenty founders of one name at once get twenty groups', async () => {
  const groups = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      insist(() => town.found({ name: 'Rush' }, as(`founder${at}`))),
    ),
  );
  expect(new Set(groups.map(({ slug }) => slug)).size).toBe(20);
});

describe('an idempotency key', () => {
  test('twenty requests at once with one key found one group', async () => {
    const input = { name: 'Once only', idempotencyKey: randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => insist(() => create(input))),
    );
    const ids = new Set(answers.map(({ group }) => group?.id));
    expect(ids.size).toBe(1);
    expect([...ids][0]).toMatch(/^grp_/);
    const [{ count } = { count: 0 }] = await sql<{ count: number }>(
      graph,
      `SELECT count(*)::int FROM community WHERE name = 'Once only'`,
    );
    expect(count).toBe(1);
  });

  test('with another input it is an error, and nothing is founded', async () => {
    const idempotencyKey = randomUUID();
    await create({ name: 'First', idempotencyKey });
    expect(await create({ name: 'Second', idempotencyKey })).toMatchObject({
      group: null,
      errors: [{ __typename: 'IdempotencyMismatchError', code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(await town.ask('group', { slug: 'second' })).toEqual({ data: { answer: null } });
  });

  test('of somebody else is another key', async () => {
    const input = { name: 'Twins', idempotencyKey: randomUUID() };
    const [mine, theirs] = [await create(input), await create(input, as('bo') as never)];
    expect(mine.group.id).not.toBe(theirs.group.id);
  });
});

test.each([
  ['an empty name', { name: ' ' }, 'name'],
  ['a name of nothing visible', { name: '\u200b\u200d' }, 'name'],
  ['a name too long', { name: 'x'.repeat(81) }, 'name'],
  ['a control character', { name: 'a\u001b[31mb' }, 'name'],
  ['a description too long', { name: 'Ok', description: 'x'.repeat(1_001) }, 'description'],
  ['a slug with capitals', { name: 'Ok', slug: 'Not-Ok' }, 'slug'],
  ['a slug that climbs', { name: 'Ok', slug: '../etc' }, 'slug'],
])('%s is refused with its place', async (_, input, field) => {
  const answer = await create(input);
  expect(answer).toMatchObject({
    group: null,
    errors: [{ __typename: 'ValidationError', code: 'BAD_USER_INPUT', path: ['input', field] }],
  });
});

test('fields that no input has, and texts nothing can store, are refused', async () => {
  for (const extra of [{ memberCount: 9 }, { ownerId: as('bo').userId }, { memberIds: [] }]) {
    const answer = await create({ name: 'Sly', ...extra });
    expect(answer.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  }
  for (const name of ['nul\0', 'half\ud800']) {
    const answer = await create({ name });
    expect(answer.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('creating a group requires signing in', async () => {
  const answer = await create({ name: 'Nobody' }, null as never);
  expect(answer.errors[0].extensions.code).toBe('UNAUTHENTICATED');
});

test('wildcards and quotes of a name are just characters', async () => {
  await town.found({ name: `100% "tea'); DROP TABLE community; --\\ _` });
  const search = async (query: string) => {
    const data = await graph.ask(
      'query ($query: String) { groups(query: $query) { totalCount edges { node { name } } } }',
      { query },
    );
    return data.groups;
  };
  expect((await search('100%')).totalCount).toBe(1);
  expect((await search('%%%%')).totalCount).toBe(0);
  expect((await search('\\ _')).totalCount).toBe(0);
  expect((await search('table "tea')).totalCount).toBe(1);
});

test("a group's picture is shown in invitations too, and must be the owner's own upload", async () => {
  // Of what was uploaded an hour ago nobody waits for news, as of what was uploaded just now.
  const [mine, others] = [newId('med'), firstIdAt('med', new Date(Date.now() - 3_600_000))];
  for (const [mediaId, who] of [
    [mine, 'ada'],
    [others, 'bo'],
  ] as const) {
    await graph.deliver('users.MediaReady', {
      ...{ mediaId, ownerId: as(who).userId, purpose: 'AVATAR', fileName: 'face.png' },
      ...{ altText: null, contentType: 'image/png', byteSize: 70, width: 1, height: 1, url: null },
    });
  }
  const refused = await create({ name: 'Faces', avatarMediaId: others, slug: 'f' });
  const notFound = { code: 'MEDIA_NOT_FOUND', path: ['input', 'avatarMediaId'] };
  expect(refused.errors).toEqual(expect.arrayContaining([expect.objectContaining(notFound)]));
  expect((await create({ name: 'Faces', avatarMediaId: others })).errors).toMatchObject([notFound]);
  // The picture comes with the first call: a repeated one gives what it made, though it is removed since.
  const idempotencyKey = randomUUID();
  const input = { name: 'Faces', avatarMediaId: mine, idempotencyKey };
  const group = await until(async () => (await create(input)).group);
  const SHOWN = `query ($id: ID!) { group(id: $id) { version avatar { id } } }`;
  const shown = async () => (await graph.ask(SHOWN, { id: group.id }, as('ada'))).group;
  expect(await shown()).toMatchObject({ avatar: { id: mine } });
  const { groupInvite } = await graph.ask(
    'query ($code: String!) { groupInvite(code: $code) { preview { avatar { id } } } }',
    { code: await codeOf(group.id) },
    as('bo'),
  );
  expect(groupInvite.preview.avatar).toEqual({ id: mine });
  await graph.deliver('users.MediaDeleted', { mediaId: mine, ownerId: as('ada').userId });
  await until(async () => {
    const { errors } = await create({ name: 'Faces', avatarMediaId: mine });
    return errors.length > 0;
  });
  const again = await create({ name: 'Faces', avatarMediaId: mine, idempotencyKey });
  expect(again).toMatchObject({ group: { id: group.id }, errors: [] });
  const { errors } = await town.ask(
    'updateGroup',
    { input: { id: group.id, avatarMediaId: null } },
    as('ada'),
  );
  expect(errors).toEqual([]);
  expect(await shown()).toEqual({ version: 2, avatar: null });
});

test("another manager can save the group's form with its present picture", async () => {
  const mediaId = newId('med');
  await graph.deliver('users.MediaReady', {
    ...{ mediaId, ownerId: as('ada').userId, purpose: 'AVATAR', fileName: 'face.png' },
    ...{ altText: null, contentType: 'image/png', byteSize: 70, width: 1, height: 1, url: null },
  });
  const input = { name: 'Faces', visibility: 'PUBLIC', joinPolicy: 'OPEN', avatarMediaId: mediaId };
  const { id } = await until(async () => (await create(input)).group);
  await town.join(id, 'bo');
  expect((await town.setRole(id, 'ada', 'bo', 'ADMIN')).errors).toEqual([]);
  const change = (changes: Record<string, unknown>) =>
    town.ask('updateGroup', { input: { id, ...changes } }, as('bo'));
  const saved = await change({ name: 'Our faces', avatarMediaId: mediaId });
  expect(saved).toMatchObject({ group: { name: 'Our faces' }, errors: [] });
  const lost = firstIdAt('med', new Date(Date.now() - 3_600_000));
  expect((await change({ avatarMediaId: lost })).errors).toMatchObject([
    { code: 'MEDIA_NOT_FOUND' },
  ]);
  expect((await change({ avatarMediaId: null })).errors).toEqual([]);
  // It is somebody else's again once it stands for nothing here.
  expect((await change({ avatarMediaId: mediaId })).errors).toMatchObject([
    { code: 'MEDIA_NOT_FOUND' },
  ]);
});

/** What lets anybody into the group. */
async function codeOf(groupId: string): Promise<string> {
  const { invites } = await town.ask(
    'inviteToGroup',
    { input: { groupId, maxUses: 1, idempotencyKey: randomUUID() } },
    as('ada'),
  );
  return invites[0].code;
}
