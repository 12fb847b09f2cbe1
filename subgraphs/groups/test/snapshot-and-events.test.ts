import { isDeepStrictEqual } from 'node:util';
import { as, randomOf, type StartedSubgraph, until, userIdOf } from '@souk/testkit';
import { isUnionType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

// A client reads a group once and follows its events: in the end it shows what one shows that reads the group then,
// whatever happened. Every kind of event is among it; a kind that is added has to be as well.

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
beforeAll(async () => {
  graph = await startGroups();
  town = communityOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

const GROUP =
  'id name description visibility joinPolicy memberCount seatsTaken version archivedAt owner { id }';
const MEMBER = 'id role isMuted mutedUntil permissions user { id }';
const READ = `query ($id: ID!) { group(id: $id) { ${GROUP} head
  members(first: 100) { edges { node { ${MEMBER} } } } } }`;
const FOLLOW = `subscription ($id: ID!, $after: EventCursor) { groupEvents(groupId: $id, after: $after) {
  __typename
  ... on GroupEvent { group { ${GROUP} } }
  ... on MemberJoined { member { ${MEMBER} } }
  ... on MemberRoleChanged { member { ${MEMBER} } }
  ... on MemberMuted { member { ${MEMBER} } }
  ... on MemberUnmuted { member { ${MEMBER} } }
  ... on MemberLeft { user { id } } } }`;

// biome-ignore lint/suspicious/noExplicitAny: what a client keeps is what it was sent.
type Kept = any;

/** What a client shows: people by who they are, who is a member once. */
interface Shown {
  group: Kept;
  members: Map<string, Kept>;
}

async function read(id: string): Promise<Shown & { head: string }> {
  const { members, head, ...group } = (await graph.ask(READ, { id }, as('ada'))).group;
  const nodes = members.edges.map(({ node }: Kept) => node);
  return { head, group, members: new Map(nodes.map((member: Kept) => [member.user.id, member])) };
}

/** What a client does with an event: it puts what came in the place of what it has. */
function apply(shown: Shown, { group, member, user }: Kept): void {
  if (group) shown.group = group;
  if (member) shown.members.set(member.user.id, member);
  if (user) shown.members.delete(user.id);
}

const PEOPLE = ['bo', 'cy', 'eve'];

/** Something that somebody does in the group; what is refused is no event. */
async function doSomething(groupId: string, random: (below: number) => number) {
  const who = PEOPLE[random(PEOPLE.length)] as string;
  const userId = userIdOf(who);
  const until = new Date(Date.now() + 3_600_000 + random(1_000_000)).toISOString();
  const turns = [
    () => town.join(groupId, who),
    () => town.join(groupId, who),
    () => town.leave(groupId, who),
    () => town.setRole(groupId, 'ada', who, ['ADMIN', 'MODERATOR', 'MEMBER'][random(3)] as string),
    () => town.ask('muteMember', { groupId, userId, until: random(2) ? until : null }),
    () => town.ask('unmuteMember', { groupId, userId }),
    () => town.ask('updateGroup', { input: { id: groupId, description: `Text ${random(9)}` } }),
    () => town.ask('updateGroup', { input: { id: groupId, seatLimit: 3 + random(5) } }),
    async () => {
      await town.remove(groupId, 'ada', who);
      const { bans } = await town.ask('bans', { id: groupId });
      for (const { node } of bans?.edges ?? []) {
        await town.ask('unbanFromGroup', { groupBanId: node.id });
      }
    },
    async () => {
      const { errors } = await town.ask('transferGroup', { groupId, toUserId: userId });
      if (errors?.length === 0) {
        await town.ask('transferGroup', { groupId, toUserId: userIdOf('ada') }, as(who));
      }
    },
  ];
  await turns[random(turns.length)]?.();
}

const runs: { shown: Shown; events: Kept[]; fresh: Shown }[] = [];

test.each([1, 2, 3])('a snapshot and its events are a fresh snapshot (%i)', async (seed) => {
  const next = randomOf(20_261_127 + seed);
  const random = (below: number) => Math.floor(next() * below);
  const { id } = await town.found();
  for (let count = 0; count < 10; count += 1) await doSomething(id, random);
  const { head, ...shown } = await read(id);
  await using stream = await graph.subscribe(FOLLOW, { id, after: head }, as('ada'));
  for (let round = 0; round < 12; round += 1) {
    // Several at once, as people do.
    await Promise.all(Array.from({ length: 4 }, () => doSomething(id, random)));
  }
  for (const who of PEOPLE) await town.join(id, who);
  // Nothing that is random undoes these, one for each person: who is sent none of it shows something else.
  await town.ask('updateGroup', { input: { id, seatLimit: 10 } });
  await town.join(id, 'dan');
  for (const role of ['MEMBER', 'MODERATOR']) await town.setRole(id, 'ada', 'bo', role);
  await town.setRole(id, 'ada', 'cy', 'MEMBER');
  const muted = { groupId: id, userId: userIdOf('cy') };
  await town.ask('muteMember', {
    ...muted,
    until: new Date(Date.now() + 86_400_000).toISOString(),
  });
  // Who joined last is gone in the end, whatever happened before.
  await town.leave(id, 'eve');
  await town.ask('archiveGroup', { groupId: id });
  await stream.find(({ data }) => data?.groupEvents.__typename === 'GroupArchived');
  const { head: _, ...fresh } = await read(id);
  const events = stream.items.map(({ data }) => data.groupEvents);
  runs.push({ shown: structuredClone(shown), events, fresh });
  for (const event of events) apply(shown, event);
  expect(shown).toEqual(fresh);
});

test('every kind of event was among them, and none can be left out', async () => {
  const union = graph.subgraph.schema.getType('GroupStream');
  const kinds = isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
  const received = kinds.filter((kind) => kind !== 'StreamReset' && kind !== 'CaughtUp');
  expect(received.length).toBeGreaterThan(5);
  await until(() => runs.length === 3);
  for (const kind of received) {
    const happened = runs.some(({ events }) => events.some((one) => one.__typename === kind));
    expect([kind, happened]).toEqual([kind, true]);
  }
  // The group comes with each event: what one kind alone brings are its people.
  for (const kind of ['MemberJoined', 'MemberLeft', 'MemberRoleChanged', 'MemberMuted']) {
    const differs = runs.some(({ shown, events, fresh }) => {
      const without = structuredClone(shown);
      for (const event of events) if (event.__typename !== kind) apply(without, event);
      return !isDeepStrictEqual(without, fresh);
    });
    expect([kind, differs]).toEqual([kind, true]);
  }
});
