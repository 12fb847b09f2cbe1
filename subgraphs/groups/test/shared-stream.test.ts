import {
  type Answer,
  as,
  type Collected,
  eventsIn,
  marksOf,
  type StartedSubgraph,
  wholeSubscription,
} from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
    ... on GroupEvent { group { name visibility memberCount } }
    ... on StreamReset { reason }
  } }`;
const userId = (name: string) => as(name).userId;
const hide = (id: string, given: object = {}, who = 'ada') =>
  town.ask('updateGroup', { input: { id, visibility: 'PRIVATE', ...given } }, as(who));

/** Ada's group with Bo and Cy in it; `beginning` lies before they came. */
async function foundWithTwo() {
  const { id, head: beginning } = await town.found();
  await town.join(id, 'bo');
  await town.join(id, 'cy');
  return { groupId: id, beginning };
}
const headOf = async (id: string): Promise<string> => (await town.ask('group', { id })).head;
const kindsOf = ({ items }: Collected<Answer>): string[] =>
  items.map(({ data }) => data.groupEvents.__typename);

/** What comes of following for everybody from a cursor until the present. */
async function replayed(groupId: string, after: string) {
  await using stream = await graph.listen(FOLLOW, { groupId, after }, 'everybody');
  await stream.find(({ data }) => data?.groupEvents.__typename === 'CaughtUp');
  const items = stream.items.map(({ data }) => data.groupEvents);
  return { kinds: kindsOf(stream), marks: marksOf(stream.items), items };
}

test("marks give the position of each item, and where the viewer's stream becomes everybody's", async () => {
  const { groupId, beginning } = await foundWithTwo();
  await using mine = await graph.listen(FOLLOW, { groupId, after: beginning }, as('eve'));
  await mine.atLeast(3);
  await town.leave(groupId, 'cy');
  await mine.atLeast(4);
  expect(kindsOf(mine)).toEqual(['MemberJoined', 'MemberJoined', 'CaughtUp', 'MemberLeft']);
  expect(marksOf(mine.items)).toEqual([
    { position: 3 },
    { position: 4 },
    { position: 4, shared: true },
    { position: 5 },
  ]);
});

test('without asking for marks there are none', async () => {
  const { groupId, beginning } = await foundWithTwo();
  await using stream = await graph.subscribe(FOLLOW, { groupId, after: beginning }, as('bo'));
  await stream.atLeast(3);
  for (const answer of stream.items) expect(Object.keys(answer)).toEqual(['data']);
});

describe('the shared stream is byte for byte what a member sees', () => {
  const documents = () => [FOLLOW, wholeSubscription(graph.subgraph.schema, 'groupEvents', 8)];

  test('live, with an event of each kind, in public and in private', async () => {
    const { groupId } = await foundWithTwo();
    await town.found({ name: 'Where Bo is known too' }, as('bo'));
    const both = await Promise.all(
      documents().flatMap((document) => [
        graph.listen(document, { groupId }, as('ada')),
        graph.listen(document, { groupId }, 'everybody'),
      ]),
    );
    const set = (input: object) => town.ask('updateGroup', { input: { id: groupId, ...input } });
    const steps = [
      () => town.join(groupId, 'dan'),
      () => set({ name: 'Renamed', rules: 'Be kind.', description: 'About tea' }),
      () => hide(groupId),
      () => town.setRole(groupId, 'ada', 'bo', 'OWNER'),
      () => town.ask('removeMember', { groupId, userId: userId('dan'), reason: 'Too loud' }),
      () => town.leave(groupId, 'cy'),
      () => set({ visibility: 'UNLISTED', joinPolicy: 'REQUEST' }),
    ];
    for (const [index, step] of steps.entries()) {
      const { errors } = await step();
      expect(errors).toEqual([]);
      // Events show the present, which has to be the same for both.
      for (const stream of both) {
        await stream.find(() => eventsIn(stream.items).length > index);
      }
    }
    for (let index = 0; index < both.length; index += 2) {
      const [mine, everybodys] = [both[index], both[index + 1]] as const;
      const received = eventsIn(mine?.items ?? []);
      expect(eventsIn(everybodys?.items ?? [])).toEqual(received);
      expect(received).toHaveLength(steps.length);
      expect(received.join()).not.toContain('"errors"');
    }
    expect(kindsOf(both[0] as never)).toEqual([
      'CaughtUp',
      'MemberJoined',
      'GroupUpdated',
      'GroupUpdated',
      'MemberRoleChanged',
      'MemberLeft',
      'MemberLeft',
      'GroupUpdated',
    ]);
    for (const stream of both) await stream.stop();
  });

  test('replayed, in a group that is private by now', async () => {
    const { groupId, beginning } = await foundWithTwo();
    await hide(groupId, { name: 'Behind a door' });
    await town.leave(groupId, 'cy');
    for (const document of documents()) {
      const variables = { groupId, after: beginning };
      await using mine = await graph.listen(document, variables, as('bo'));
      await using everybodys = await graph.listen(document, variables, 'everybody');
      await mine.find(() => eventsIn(mine.items).length === 4);
      await everybodys.find(() => eventsIn(everybodys.items).length === 4);
      expect(eventsIn(everybodys.items)).toEqual(eventsIn(mine.items));
      expect(eventsIn(mine.items).join()).toContain('Behind a door');
    }
  });
});

describe('whose access may have ended is said before the event, and nobody else is named', () => {
  test('who leaves or is removed from a private group', async () => {
    const { groupId } = await foundWithTwo();
    await hide(groupId);
    await using stream = await graph.listen(FOLLOW, { groupId }, 'everybody');
    await stream.atLeast(1);
    await town.ask('updateGroup', { input: { id: groupId, name: 'Renamed' } });
    await stream.atLeast(2);
    await town.leave(groupId, 'bo');
    await stream.atLeast(4);
    await town.remove(groupId, 'ada', 'cy');
    await stream.atLeast(6);
    expect(kindsOf(stream)).toEqual([
      'CaughtUp',
      'GroupUpdated',
      'StreamReset',
      'MemberLeft',
      'StreamReset',
      'MemberLeft',
    ]);
    expect(marksOf(stream.items)).toEqual([
      { position: 5 },
      { position: 6 },
      { position: 7, reauthorise: [userId('bo')] },
      { position: 7 },
      { position: 8, reauthorise: [userId('cy')] },
      { position: 8 },
    ]);
    const [, before, reset, left] = stream.items.map(({ data }) => data.groupEvents);
    expect(reset).toMatchObject({ reason: 'ACCESS_CHANGED', cursor: before.cursor });
    expect(left.cursor).not.toBe(before.cursor);
  });

  test('nobody where everybody sees the group: who leaves it may go on following', async () => {
    const { groupId } = await foundWithTwo();
    await using stream = await graph.listen(FOLLOW, { groupId }, 'everybody');
    await using bos = await graph.listen(FOLLOW, { groupId }, as('bo'));
    await Promise.all([stream.atLeast(1), bos.atLeast(1)]);
    await town.leave(groupId, 'bo');
    await town.ask('updateGroup', { input: { id: groupId, visibility: 'UNLISTED' } });
    await Promise.all([stream.atLeast(3), bos.atLeast(3)]);
    expect(marksOf(stream.items)).toEqual([{ position: 4 }, { position: 5 }, { position: 6 }]);
    expect(eventsIn(stream.items)).toEqual(eventsIn(bos.items));
  });

  test('everybody, when the group hides itself', async () => {
    const { groupId } = await foundWithTwo();
    await using stream = await graph.listen(FOLLOW, { groupId }, 'everybody');
    await stream.atLeast(1);
    await hide(groupId, { name: 'Secret' });
    await stream.atLeast(3);
    expect(marksOf(stream.items).slice(1)).toEqual([
      { position: 5, reauthorise: 'everyone' },
      { position: 5 },
    ]);
    expect(JSON.stringify(stream.items[1])).not.toContain('Secret');
    expect(JSON.stringify(stream.items[2])).toContain('Secret');
  });

  test('before an event that shows the group as it was after they had gone', async () => {
    const { groupId, beginning } = await foundWithTwo();
    await hide(groupId, { name: 'Secret' });
    const hidden = await headOf(groupId);
    await town.ask('updateGroup', { input: { id: groupId, rules: 'New' } });
    await town.leave(groupId, 'bo');
    await town.ask('updateGroup', { input: { id: groupId, name: 'Not for Bo' } });
    const reset = (position: number, reauthorise: unknown) => [
      'StreamReset',
      { position, reauthorise },
    ];
    const received = ({ kinds, marks }: Awaited<ReturnType<typeof replayed>>) =>
      kinds.map((kind, index) => [kind, marks[index]]);
    expect(received(await replayed(groupId, hidden))).toEqual([
      reset(6, [userId('bo')]),
      ['GroupUpdated', { position: 6 }],
      reset(7, [userId('bo')]),
      ['MemberLeft', { position: 7 }],
      ['GroupUpdated', { position: 8 }],
      ['CaughtUp', { position: 8 }],
    ]);
    const all = await replayed(groupId, beginning);
    expect(received(all).slice(0, 6)).toEqual(
      [3, 4, 5].flatMap((position) => [
        reset(position, 'everyone'),
        [position < 5 ? 'MemberJoined' : 'GroupUpdated', { position }],
      ]),
    );
    expect(all.items[1].group.name).toBe('Not for Bo');
  });

  test('everybody, when too much happened since then', async () => {
    const { groupId } = await foundWithTwo();
    await hide(groupId);
    const hidden = await headOf(groupId);
    for (let count = 0; count < 103; count += 1) {
      await town.ask('updateGroup', { input: { id: groupId, rules: `Rule ${count}` } });
    }
    const { marks } = await replayed(groupId, hidden);
    const asked = marks.filter((mark) => mark?.reauthorise);
    expect(asked).toEqual([6, 7].map((position) => ({ position, reauthorise: 'everyone' })));
  });

  test('nobody, when the group is archived, since it stays visible', async () => {
    const { groupId } = await foundWithTwo();
    await using stream = await graph.listen(FOLLOW, { groupId }, 'everybody');
    await stream.atLeast(1);
    await town.ask('archiveGroup', { groupId });
    await stream.atLeast(2);
    expect(kindsOf(stream)).toEqual(['CaughtUp', 'GroupArchived']);
    expect(marksOf(stream.items).slice(1)).toEqual([{ position: 5 }]);
  });
});

test("the viewer's own events are not in the shared stream", async () => {
  const { groupId } = await foundWithTwo();
  const OWN = `subscription ($groupId: ID!) { groupEvents(groupId: $groupId) {
    ... on GroupEvent { group { name viewerMembership { role } } } } }`;
  await using everybodys = await graph.listen(OWN, { groupId }, 'everybody');
  await using mine = await graph.listen(OWN, { groupId }, as('ada'));
  await Promise.all([everybodys.atLeast(1), mine.atLeast(1)]);
  await hide(groupId);
  const answer = await everybodys.find(({ data }) => data.groupEvents.group);
  expect(answer.data.groupEvents.group).toEqual({ name: 'Tea drinkers', viewerMembership: null });
  expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
  const own = await mine.find(({ data }) => data.groupEvents.group);
  expect(own.data.groupEvents.group.viewerMembership).toEqual({ role: 'OWNER' });
});

test('a group that is not there cannot be followed for everybody, nor by nobody', async () => {
  const { groupId } = await foundWithTwo();
  for (const unknown of ['', 'grp_0', userId('ada')]) {
    const followed = graph.listen(FOLLOW, { groupId: unknown }, 'everybody');
    await expect(followed).rejects.toThrow('GROUP_NOT_FOUND');
  }
  await expect(graph.listen(FOLLOW, { groupId }, null)).rejects.toThrow('UNAUTHENTICATED');
});

test('the shared stream never shows another hidden group', async () => {
  const { groupId } = await foundWithTwo();
  const { id: other } = await town.found({ name: 'Another' }, as('bo'));
  expect((await hide(other, {}, 'bo')).errors).toEqual([]);
  const whole = wholeSubscription(graph.subgraph.schema, 'groupEvents', 9);
  await using stream = await graph.listen(whole, { groupId }, 'everybody');
  await stream.atLeast(1);
  await hide(groupId);
  await stream.find(() => eventsIn(stream.items).length === 1);
  expect(eventsIn(stream.items).join()).toContain(userId('bo'));
  expect(eventsIn(stream.items).join()).not.toContain(other);
});
