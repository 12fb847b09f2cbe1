import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups();
  town = communityOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const FOLLOW = `subscription ($groupId: ID!, $after: EventCursor) {
  groupEvents(groupId: $groupId, after: $after) {
    __typename
    ... on StreamEvent { cursor }
    ... on GroupEvent { group { name memberCount } }
    ... on GroupUpdated { changed }
    ... on MemberJoined { member { role user { id } permissions } }
    ... on MemberRoleChanged { member { role joinedAt } previousRole }
    ... on MemberLeft { user { id } removalReason }
    ... on CaughtUp { replayed }
    ... on StreamReset { reason }
  } }`;

const follow = (groupId: string, who: string, after?: string) =>
  graph.subscribe(FOLLOW, { groupId, after }, as(who));
// biome-ignore lint/suspicious/noExplicitAny: items of a union, read field by field.
const itemsOf = (answers: { data?: any }[]) => answers.map(({ data }) => data.groupEvents);

test('each event carries the group as it was then', async () => {
  const { id } = await town.found();
  await using stream = await follow(id, 'eve');
  await stream.atLeast(1);
  await town.join(id, 'bo');
  await town.setRole(id, 'ada', 'bo', 'MODERATOR');
  await town.ask('updateGroup', { input: { id, name: 'Renamed' } });
  await town.remove(id, 'ada', 'bo');
  const items = itemsOf(await stream.atLeast(5));
  expect(items.map(({ __typename }) => __typename)).toEqual([
    'CaughtUp',
    'MemberJoined',
    'MemberRoleChanged',
    'GroupUpdated',
    'MemberLeft',
  ]);
  expect(items[1].member).toEqual({
    role: 'MEMBER',
    user: { id: as('bo').userId },
    permissions: ['POST'],
  });
  expect(items[2]).toMatchObject({ previousRole: 'MEMBER', member: { role: 'MODERATOR' } });
  expect(items[3]).toMatchObject({ changed: ['name'] });
  expect(items[4]).toMatchObject({
    user: { id: as('bo').userId },
    group: { name: 'Renamed', memberCount: 1 },
  });
});

test("from a query's head nothing is missed or repeated", async () => {
  const { id, head } = await town.found();
  await town.join(id, 'bo');
  await town.leave(id, 'bo');
  await using stream = await follow(id, 'ada', head);
  await town.join(id, 'cy');
  const items = itemsOf(await stream.atLeast(4));
  expect(items.map(({ __typename, replayed }) => [__typename, replayed])).toEqual([
    ['MemberJoined', undefined],
    ['MemberLeft', undefined],
    ['CaughtUp', 2],
    ['MemberJoined', undefined],
  ]);
  await using resumed = await follow(id, 'ada', items[0].cursor);
  const rest = itemsOf(await resumed.atLeast(3));
  expect(rest.map(({ __typename }) => __typename)).toEqual([
    'MemberLeft',
    'MemberJoined',
    'CaughtUp',
  ]);
  expect(rest[1].cursor).toBe(items[3].cursor);
});

test.each([
  ['leaves', (id: string) => town.leave(id, 'bo')],
  ['is removed', (id: string) => town.remove(id, 'ada', 'bo')],
])('the stream of a private group ends for a member who %s', async (_, go) => {
  const { id } = await town.found();
  await town.join(id, 'bo');
  await town.ask('updateGroup', { input: { id, visibility: 'PRIVATE' } });
  await using stays = await follow(id, 'ada');
  await using goes = await follow(id, 'bo');
  await Promise.all([stays.atLeast(1), goes.atLeast(1)]);
  await go(id);
  await goes.untilEnded();
  expect(itemsOf(goes.items).at(-1)).toMatchObject({
    __typename: 'StreamReset',
    reason: 'ACCESS_CHANGED',
  });
  expect(itemsOf(goes.items)).toHaveLength(2);
  expect(itemsOf(await stays.atLeast(2))[1].__typename).toBe('MemberLeft');
});

test('when a group hides itself, strangers are shown out and members stay', async () => {
  const { id } = await town.found();
  await town.join(id, 'bo');
  await using stranger = await follow(id, 'eve');
  await using member = await follow(id, 'bo');
  await Promise.all([stranger.atLeast(1), member.atLeast(1)]);
  await town.ask('updateGroup', { input: { id, visibility: 'PRIVATE', name: 'Secret' } });
  await stranger.untilEnded();
  expect(JSON.stringify(stranger.items)).not.toContain('Secret');
  expect(itemsOf(await member.atLeast(2))[1]).toMatchObject({
    __typename: 'GroupUpdated',
    group: { name: 'Secret' },
  });
});

test("another group's cursor is refused", async () => {
  const [{ id }, other] = [await town.found(), await town.found()];
  await expect(follow(id, 'ada', other.head)).rejects.toThrow('BAD_USER_INPUT');
});
