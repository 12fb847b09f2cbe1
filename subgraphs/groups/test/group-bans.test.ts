import { newId } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import {
  as,
  insist,
  isWaitedFor,
  type StartedSubgraph,
  sessionOf,
  sql,
  until,
  userIdOf,
} from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

let now = new Date();
let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups({ clock: () => now });
  town = communityOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const BAN = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on GroupBan { id user { id } } } }`;
const ban = (groupId: string, who: string, whom: string, given: Record<string, unknown> = {}) =>
  town.ask('banFromGroup', { groupId, userId: userIdOf(whom), ...given }, as(who));
const unban = (groupBanId: string, who = 'ada') =>
  town.ask('unbanFromGroup', { groupBanId }, as(who));
const bansOf = async (id: string, who = 'ada', page: Record<string, unknown> = {}) =>
  (await town.ask('bans', { id, ...page }, as(who))).bans;
const codesOf = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code);

test('somebody removed from an open group cannot join it again, however often they try', async () => {
  const { id } = await town.found();
  await town.join(id, 'bo');
  expect(codesOf(await town.remove(id, 'ada', 'bo'))).toEqual([]);
  const tries = await Promise.all(
    Array.from({ length: 10 }, () => insist(() => town.join(id, 'bo'))),
  );
  for (const { member, errors } of tries) {
    expect(member).toBeNull();
    expect(errors).toMatchObject([
      { __typename: 'BannedError', code: 'MEMBER_BANNED', until: null },
    ]);
  }
  // Who only left comes back.
  await town.join(id, 'cy');
  await town.leave(id, 'cy');
  expect(codesOf(await town.join(id, 'cy'))).toEqual([]);
});

test('joining and being removed at once never leave a member with a ban', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id } = await town.found();
    await Promise.all([town.join(id, 'bo'), ban(id, 'ada', 'bo')]);
    const { members, memberCount } = await town.ask('group', { id });
    expect([members.totalCount, memberCount]).toEqual([1, 1]);
    expect(codesOf(await town.join(id, 'bo'))).toEqual(['MEMBER_BANNED']);
  }
});

test('those who manage members can lift a ban, and the person can then join again', async () => {
  const { id } = await town.found();
  await town.join(id, 'bo');
  await town.remove(id, 'ada', 'bo');
  const [{ node }] = (await bansOf(id)).edges;
  expect(node).toMatchObject({
    user: { id: userIdOf('bo') },
    bannedBy: { id: userIdOf('ada') },
    group: { id },
    until: null,
  });
  expect(await unban(node.id)).toMatchObject({ deletedId: node.id, group: { id }, errors: [] });
  expect((await bansOf(id)).edges).toEqual([]);
  expect(codesOf(await town.join(id, 'bo'))).toEqual([]);
  expect(codesOf(await unban(node.id))).toEqual(['GROUP_BAN_NOT_FOUND']);
});

test('lifting a ban does not lift a newer one that replaces it at that moment', async () => {
  const { id } = await town.found();
  const { ban: old } = await ban(id, 'ada', 'bo');
  const newer = newId('gban');
  const other = openClient({ connectionString: graph.databaseUrl });
  await other.connect();
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM community WHERE id = $1 FOR UPDATE', [id]);
  await other.query('UPDATE group_ban SET id = $1 WHERE id = $2', [newer, old.id]);
  const session = await sessionOf(other);
  let answered = false;
  const lifting = unban(old.id).finally(() => {
    answered = true;
  });
  await until(async () => answered || (await isWaitedFor(graph, session)));
  await other.query('COMMIT');
  await other.end();
  expect(codesOf(await lifting)).toEqual(['GROUP_BAN_NOT_FOUND']);
  expect((await bansOf(id)).edges).toMatchObject([{ node: { id: newer } }]);
});

test('non-members can be banned too; a ban with an end expires by itself', async () => {
  const { id } = await town.found();
  const until = new Date(now.getTime() + 3_600_000);
  const given = await ban(id, 'ada', 'eve', { until, reason: 'Spam' });
  expect(given).toMatchObject({
    errors: [],
    ban: { reason: 'Spam', until: until.toISOString(), user: { id: userIdOf('eve') } },
  });
  expect(await town.join(id, 'eve')).toMatchObject({
    errors: [{ code: 'MEMBER_BANNED', until: until.toISOString() }],
  });
  // Another ban takes its place.
  const longer = new Date(until.getTime() + 3_600_000);
  await ban(id, 'ada', 'eve', { until: longer });
  expect((await bansOf(id)).edges).toHaveLength(1);
  now = until;
  expect(codesOf(await town.join(id, 'eve'))).toEqual(['MEMBER_BANNED']);
  now = longer;
  expect(codesOf(await town.join(id, 'eve'))).toEqual([]);
  expect((await bansOf(id)).edges).toEqual([]);
});

test("a banned member is removed, and the group's rooms see them leave", async () => {
  const { id, head } = await town.found();
  await town.join(id, 'bo');
  expect(await ban(id, 'ada', 'bo')).toMatchObject({ ban: { group: { memberCount: 1 } } });
  expect((await town.ask('group', { id })).head).not.toBe(head);
  const [last] = await sql(
    graph,
    'SELECT type FROM event_record WHERE stream = $1 ORDER BY sequence DESC LIMIT 1',
    [`group:${id}`],
  );
  expect(last).toEqual({ type: 'groups.MemberLeft' });
});

test('without the right to manage members nobody can create, see or lift a ban', async () => {
  const { id } = await town.found();
  for (const who of ['bo', 'cy', 'dee']) await town.join(id, who);
  await town.setRole(id, 'ada', 'cy', 'MODERATOR');
  await town.setRole(id, 'ada', 'dee', 'ADMIN');
  expect(codesOf(await ban(id, 'cy', 'bo'))).toEqual(['GROUP_PERMISSION_MISSING']);
  expect(codesOf(await ban(id, 'eve', 'bo'))).toEqual(['GROUP_PERMISSION_MISSING']);
  expect(codesOf(await ban(id, 'dee', 'ada'))).toEqual(['GROUP_PERMISSION_MISSING']);
  expect(codesOf(await ban(id, 'ada', 'ada'))).toEqual(['BAD_USER_INPUT']);
  expect(codesOf(await ban(id, 'ada', 'bo', { until: new Date(0) }))).toEqual(['BAD_USER_INPUT']);
  const { ban: made } = await ban(id, 'dee', 'bo');
  for (const who of ['bo', 'cy', 'eve']) {
    expect(await bansOf(id, who)).toBeNull();
    expect(codesOf(await unban(made.id, who))).toEqual(['GROUP_BAN_NOT_FOUND']);
  }
  expect(await unban(newId('gban'))).toEqual(await unban(made.id, 'eve'));
  const representations = [{ __typename: 'GroupBan', id: made.id }];
  const read = async (who: string) =>
    (await graph.ask(BAN, { representations }, as(who)))._entities[0];
  expect(await read('dee')).toEqual({ id: made.id, user: { id: userIdOf('bo') } });
  // Who is kept out sees it as well.
  expect(await read('bo')).toEqual(await read('dee'));
  expect([await read('cy'), await read('eve')]).toEqual([null, null]);
});

test('bans are listed in pages, newest first', async () => {
  const { id } = await town.found();
  for (const who of ['bo', 'cy', 'eve']) await ban(id, 'ada', who);
  const first = await bansOf(id, 'ada', { first: 2 });
  const rest = await bansOf(id, 'ada', { first: 2, after: first.pageInfo.endCursor });
  const order = [...first.edges, ...rest.edges].map(({ node }) => node.user.id);
  expect(order).toEqual(['eve', 'cy', 'bo'].map(userIdOf));
});

test('the bans of ten groups, requested by group or by id, need no more statements than those of two', async () => {
  const representations: { __typename: string; id: string }[][] = [];
  for (let count = 0; count < 10; count += 1) {
    const { id } = await town.found();
    const { ban: made } = await ban(id, 'ada', 'bo');
    representations.push([
      { __typename: 'Group', id },
      { __typename: 'GroupBan', id: made.id },
    ]);
  }
  const BANS = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Group { bans(first: 5) { edges { node { user { id } } } } } ... on GroupBan { user { id } } } }`;
  const cost = (groups: number) =>
    graph.statementsOf(async () => {
      const asked = { representations: representations.slice(0, groups).flat() };
      const { data, errors } = await graph.execute(BANS, asked, as('ada'));
      expect(errors).toBeUndefined();
      const user = { id: userIdOf('bo') };
      const answer = [{ bans: { edges: [{ node: { user } }] } }, { user }];
      expect(data._entities).toEqual(Array.from({ length: groups }, () => answer).flat());
    });
  expect((await cost(10)).length).toBeLessThanOrEqual((await cost(2)).length);
});

const mute = (groupId: string, who: string, whom: string, given: Record<string, unknown> = {}) =>
  town.ask('muteMember', { groupId, userId: userIdOf(whom), ...given }, as(who));

test('moderators can mute lower members, and leaving and rejoining does not end the mute', async () => {
  const { id } = await town.found();
  for (const who of ['bo', 'cy', 'dee']) await town.join(id, who);
  await town.setRole(id, 'ada', 'cy', 'MODERATOR');
  await town.setRole(id, 'ada', 'dee', 'MODERATOR');
  const until = new Date(now.getTime() + 3_600_000).toISOString();
  expect(codesOf(await mute(id, 'bo', 'cy'))).toEqual(['GROUP_PERMISSION_MISSING']);
  expect(codesOf(await mute(id, 'cy', 'dee'))).toEqual(['GROUP_PERMISSION_MISSING']);
  expect(codesOf(await mute(id, 'cy', 'cy'))).toEqual(['BAD_USER_INPUT']);
  expect(codesOf(await mute(id, 'cy', 'bo', { until: new Date(0) }))).toEqual(['BAD_USER_INPUT']);
  const muted = { isMuted: true, mutedUntil: until, muteReason: 'Shouting' };
  expect(await mute(id, 'cy', 'bo', { until, reason: 'Shouting' })).toMatchObject({
    member: muted,
    errors: [],
  });
  await town.leave(id, 'bo');
  await town.join(id, 'bo');
  const MEMBERS = `query ($id: ID!) { group(id: $id) { viewerCan viewerMembership { isMuted muteReason }
    members { edges { node { isMuted mutedUntil muteReason user { id } } } } } }`;
  const seen = async (who: string) =>
    (await graph.ask(MEMBERS, { id }, as(who))).group as {
      viewerCan: string[];
      viewerMembership: object;
      members: { edges: { node: { user: { id: string } } }[] };
    };
  const own = await seen('bo');
  expect(own.viewerMembership).toEqual({ isMuted: true, muteReason: 'Shouting' });
  expect(own.viewerCan).toEqual(['LEAVE']);
  const shownTo = async (who: string) =>
    (await seen(who)).members.edges.find(({ node }) => node.user.id === userIdOf('bo'))?.node;
  expect(await shownTo('dee')).toMatchObject(muted);
  expect(await shownTo('ada')).toMatchObject(muted);
  await town.join(id, 'eve');
  expect(await shownTo('eve')).toMatchObject({ ...muted, muteReason: null });
  const unmute = { groupId: id, userId: userIdOf('bo') };
  expect(await town.ask('unmuteMember', unmute, as('dee'))).toMatchObject({
    member: { isMuted: false, mutedUntil: null, muteReason: null },
    errors: [],
  });
  expect((await seen('bo')).viewerCan).toEqual(['LEAVE', 'POST']);
  // A mute with an end is over by itself.
  await mute(id, 'cy', 'bo', { until });
  now = new Date(until);
  expect((await seen('bo')).viewerMembership).toEqual({ isMuted: false, muteReason: null });
});

test('a banned person sees why and until when, but not by whom', async () => {
  const { id } = await town.found();
  await ban(id, 'ada', 'bo', { reason: 'Spam' });
  const OWN = `query ($id: ID!) { group(id: $id) { viewerBan { id reason until bannedBy { id } user { id } } } }`;
  const own = async (who: string) => (await graph.ask(OWN, { id }, as(who))).group.viewerBan;
  const { id: banId, ...shown } = await own('bo');
  expect(shown).toEqual({
    reason: 'Spam',
    until: null,
    bannedBy: null,
    user: { id: userIdOf('bo') },
  });
  expect(await own('ada')).toBeNull();
  const representations = [{ __typename: 'GroupBan', id: banId }];
  const data = await graph.ask(BAN, { representations }, as('bo'));
  expect(data._entities).toEqual([{ id: banId, user: { id: userIdOf('bo') } }]);
});

test('the audit log shows managers each action, newest first', async () => {
  const { id } = await town.found();
  for (const who of ['bo', 'cy']) await town.join(id, who);
  await town.setRole(id, 'ada', 'cy', 'ADMIN');
  await mute(id, 'cy', 'bo', { reason: 'Shouting' });
  await town.remove(id, 'cy', 'bo');
  await town.ask('updateGroup', { input: { id, name: 'Other', rules: 'Be kind.' } });
  const log = async (who: string, page: object = {}) =>
    (await town.ask('auditLog', { id, ...page }, as(who))).auditLog;
  const first = await log('cy', { first: 3 });
  const rest = await log('ada', { after: first.pageInfo.endCursor });
  const entries = [...first.edges, ...rest.edges].map(({ node }) => node);
  expect(entries.map(({ action, actor, target }) => [action, actor.id, target?.id])).toEqual(
    [
      ['UPDATED', 'ada'],
      ['MEMBER_REMOVED', 'cy', 'bo'],
      ['MUTED', 'cy', 'bo'],
      ['ROLE_CHANGED', 'ada', 'cy'],
      ['MEMBER_JOINED', 'cy', 'cy'],
      ['MEMBER_JOINED', 'bo', 'bo'],
      ['MEMBER_JOINED', 'ada', 'ada'],
      ['CREATED', 'ada'],
    ].map(([action, actor = '', target]) => [
      action,
      userIdOf(actor),
      target === undefined ? undefined : userIdOf(target),
    ]),
  );
  expect(entries[0]).toMatchObject({ details: 'name, rules', reason: null });
  expect(entries[2]).toMatchObject({ reason: 'Shouting' });
  expect([await log('bo'), await log('eve')]).toEqual([null, null]);
  const ENTRY = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on GroupAuditEntry { action } } }`;
  const representations = [{ __typename: 'GroupAuditEntry', id: entries[0].id }];
  const read = async (who: string) =>
    (await graph.ask(ENTRY, { representations }, as(who)))._entities[0];
  expect([await read('ada'), await read('eve')]).toEqual([{ action: 'UPDATED' }, null]);
});
