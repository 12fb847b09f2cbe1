import { randomUUID } from 'node:crypto';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG, communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups();
  town = communityOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const CAN = 'query ($id: ID!) { group(id: $id) { viewerCan } }';
const can = async (id: string, who: string | null): Promise<string[]> =>
  (await graph.ask(CAN, { id }, who === null ? null : as(who))).group.viewerCan;

/** Somebody asks while requests are taken, and this person answers. */
async function decide(groupId: string, who: string) {
  const policy = async (joinPolicy: string) =>
    town.ask('updateGroup', { input: { id: groupId, joinPolicy } }, as('founder'));
  const before = await town.ask('group', { id: groupId });
  await policy('REQUEST');
  const { request } = await town.ask('requestToJoin', { groupId }, as('asker'));
  await policy(before.joinPolicy);
  const answer = { joinRequestId: request.id, decision: 'DECLINE' };
  return town.ask('decideJoinRequest', answer, as(who));
}

/** What of it can be tried here; rooms and what is posted there are chat's. */
const TRIES: Record<string, (id: string, who: string) => Promise<{ errors: unknown[] }>> = {
  JOIN: (id, who) => town.join(id, who),
  REQUEST_TO_JOIN: (groupId, who) => town.ask('requestToJoin', { groupId }, as(who)),
  LEAVE: (id, who) => town.leave(id, who),
  MANAGE_MEMBERS: (id, who) => town.setRole(id, who, 'novice', 'MEMBER'),
  BAN: (groupId, who) =>
    town.ask('banFromGroup', { groupId, userId: as('outsider').userId }, as(who)),
  MUTE: (groupId, who) => town.ask('muteMember', { groupId, userId: as('novice').userId }, as(who)),
  DECIDE_JOIN_REQUESTS: (groupId, who) => decide(groupId, who),
  TRANSFER: (groupId, who) =>
    town.ask('transferGroup', { groupId, toUserId: as('novice').userId }, as(who)),
  ARCHIVE: (groupId, who) => town.ask('archiveGroup', { groupId }, as(who)),
  EDIT: (id, who) => town.ask('updateGroup', { input: { id, description: 'Changed.' } }, as(who)),
};

/** What leaves everybody's standing as it is. */
const SPARES = new Set(['MANAGE_MEMBERS', 'MUTE', 'EDIT']);

const OWNERS = [
  ...['LEAVE', 'POST', 'CREATE_ROOM', 'INVITE', 'MANAGE_MEMBERS', 'DECIDE_JOIN_REQUESTS', 'BAN'],
  ...['MUTE', 'MODERATE_MESSAGES', 'EDIT', 'ARCHIVE', 'TRANSFER'],
];
const PEOPLE = ['founder', 'admin', 'moderator', 'member', 'stranger', 'banned'];

/** A group with a person of each standing, of whom the first is its only owner. */
async function staffed(given: Record<string, unknown>): Promise<string> {
  const { id } = await town.found({ joinPolicy: 'OPEN' }, as('founder'));
  for (const name of ['admin', 'moderator', 'member', 'novice', 'banned'])
    await town.join(id, name);
  for (const name of ['admin', 'moderator']) {
    await town.setRole(id, 'founder', name, name.toUpperCase());
  }
  await town.remove(id, 'founder', 'banned');
  await town.ask('updateGroup', { input: { id, ...given } }, as('founder'));
  return id;
}

test.each(['OPEN', 'REQUEST', 'INVITE_ONLY'])(
  'in a group that is %s each viewer may do what viewerCan names, and nothing else',
  async (joinPolicy) => {
    const told: Record<string, string[]> = {};
    let id = await staffed({ joinPolicy });
    for (const who of PEOPLE) {
      const named = await can(id, who);
      told[who] = named;
      for (const [action, tried] of Object.entries(TRIES)) {
        // Whoever is in it already joins again, which changes nothing.
        if (action === 'JOIN' && named.includes('POST')) continue;
        const { errors } = await tried(id, who);
        expect([who, action, errors.length === 0]).toEqual([who, action, named.includes(action)]);
        // What is refused changes nothing, nor does what spares everybody's standing: the next is tried in the same group.
        if (errors.length === 0 && !SPARES.has(action)) id = await staffed({ joinPolicy });
      }
    }
    expect(told).toMatchObject({
      founder: OWNERS.filter((action) => action !== 'LEAVE'),
      admin: OWNERS.filter((action) => action !== 'ARCHIVE' && action !== 'TRANSFER'),
      moderator: ['LEAVE', 'POST', 'CREATE_ROOM', 'INVITE', 'MUTE', 'MODERATE_MESSAGES'],
      member: ['LEAVE', 'POST'],
      stranger: { OPEN: ['JOIN'], REQUEST: ['REQUEST_TO_JOIN'], INVITE_ONLY: [] }[joinPolicy],
      banned: [],
    });
  },
);

test('the rights in a page of groups take the same number of statements as those in one', async () => {
  const PAGE = 'query ($first: Int) { groups(first: $first) { edges { node { viewerCan } } } }';
  const statementsOf = async (first: number) =>
    (await graph.statementsOf(() => graph.execute(PAGE, { first }, as('founder')))).length;
  for (let more = 0; more < 5; more += 1) await town.found({}, as('founder'));
  const [ofOne, ofMany] = [await statementsOf(1), await statementsOf(6)];
  expect(ofMany).toBe(ofOne);
  expect(await can((await town.found()).id, null)).toEqual([]);
});

test('an account can change groups only the allowed number of times within the window', async () => {
  await using limited = await startGroups({
    config: { ...CONFIG, groupsPerWindow: 9, changesPerWindow: 3 },
  });
  const village = communityOf(limited);
  const { id } = await village.found({}, as('ada'));
  await village.join(id, 'bo');
  const update = (name: string) => village.ask('updateGroup', { input: { id, name } }, as('ada'));
  const answers = await Promise.all(['A', 'B', 'C', 'D', 'E'].map(update));
  const refused = answers.filter(({ errors }) => errors.length > 0);
  expect(refused).toHaveLength(2);
  expect(refused[0].errors[0]).toMatchObject({ __typename: 'RateLimitedError' });
  const { group } = answers.find(({ group: changed }) => changed?.version === 4);
  // What changes nothing does not count, and what is refused changes nothing.
  expect((await update(group.name)).errors).toEqual([]);
  expect((await village.setRole(id, 'ada', 'bo', 'ADMIN')).errors[0]).toMatchObject({
    __typename: 'RateLimitedError',
    code: 'RATE_LIMITED',
  });
  const banned = await village.ask(
    'banFromGroup',
    { groupId: id, userId: as('eve').userId },
    as('ada'),
  );
  expect(banned.errors[0]).toMatchObject({ code: 'RATE_LIMITED' });
  expect((await village.ask('group', { id })).version).toBe(4);
});

test('announcements of joining and leaving in turns are limited', async () => {
  await using limited = await startGroups({ config: { ...CONFIG, changesPerWindow: 3 } });
  const village = communityOf(limited);
  const { id } = await village.found();
  const input = { groupId: id, idempotencyKey: randomUUID() };
  const { code } = (await village.ask('inviteToGroup', { input })).invites[0];
  const ways = [
    () => village.join(id, 'bo'),
    () => village.ask('joinByCode', { inviteCode: code }, as('bo')),
    () => village.join(id, 'bo'),
  ];
  for (const come of ways) {
    expect((await come()).errors).toEqual([]);
    // Who is in already does not come.
    expect((await come()).errors).toEqual([]);
    expect((await village.leave(id, 'bo')).errors).toEqual([]);
  }
  for (const come of ways) expect((await come()).errors[0]).toMatchObject({ code: 'RATE_LIMITED' });
  expect((await village.ask('group', { id })).memberCount).toBe(1);
  // Nobody else is held back.
  expect((await village.join(id, 'eve')).errors).toEqual([]);
});
