import { newId, type Viewer, viewerIdOf } from '@souk/runtime/domain';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
let hidden: { id: string; slug: string };
let unlisted: { id: string; slug: string };
let open: { id: string; slug: string };
let memberIds: Record<string, string>;
beforeAll(async () => {
  graph = await startGroups();
  town = communityOf(graph);
  open = await town.found({ name: 'Open' });
  unlisted = await town.found({ name: 'Unlisted', visibility: 'UNLISTED' });
  hidden = await town.found({ name: 'Hidden', visibility: 'PUBLIC' });
  await town.join(hidden.id, 'bo');
  await town.ask('updateGroup', { input: { id: hidden.id, visibility: 'PRIVATE' } });
  memberIds = {};
  for (const { id } of [open, unlisted, hidden]) {
    const { members } = await town.ask('group', { id });
    memberIds[id] = members.edges[0].node.id;
  }
});
afterAll(() => graph[Symbol.asyncDispose]());

const entity = async (representation: Record<string, unknown>, viewer: Viewer | null) => {
  const { data, errors } = await graph.execute(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      __typename
      ... on Group { id name memberCount members { totalCount } }
      ... on GroupMember { id role group { id } } } }`,
    { representations: [representation] },
    viewer,
  );
  expect(errors).toBeUndefined();
  return data._entities[0];
};

describe('a group, by every path', () => {
  /** Name of the group, and who is told that it exists. */
  const cases = [
    ['open', () => open, { nobody: true, stranger: true, member: true, owner: true }],
    ['unlisted', () => unlisted, { nobody: true, stranger: true, member: true, owner: true }],
    ['hidden', () => hidden, { nobody: false, stranger: false, member: true, owner: true }],
  ] as const;
  const viewers = { nobody: null, stranger: as('eve'), member: as('bo'), owner: as('ada') };

  test.each(cases)('%s', async (_, groupOf, expected) => {
    const { id, slug } = groupOf();
    for (const [who, sees] of Object.entries(expected)) {
      const viewer = viewers[who as keyof typeof viewers];
      const byRoot = async (keys: Record<string, string>) => {
        const data = await graph.ask(
          'query ($id: ID, $slug: String) { group(id: $id, slug: $slug) { id } }',
          keys,
          viewer,
        );
        return data.group;
      };
      const found = {
        id: await byRoot({ id }),
        slug: await byRoot({ slug }),
        entity: await entity({ __typename: 'Group', id }, viewer),
        member: await entity({ __typename: 'GroupMember', id: memberIds[id] }, viewer),
      };
      for (const [path, answer] of Object.entries(found)) {
        expect([who, path, answer !== null]).toEqual([who, path, sees]);
      }
    }
  });

  test('the directory contains only public groups', async () => {
    for (const viewer of Object.values(viewers)) {
      const data = await graph.ask('{ groups { totalCount edges { node { id } } } }', {}, viewer);
      expect(data.groups).toEqual({ totalCount: 1, edges: [{ node: { id: open.id } }] });
    }
  });

  test("a person's public groups are the public ones, even for that person", async () => {
    for (const viewer of Object.values(viewers)) {
      const data = await graph.ask(
        `query ($representations: [_Any!]!) { _entities(representations: $representations) {
          ... on User { publicGroups { totalCount edges { node { id } } } } } }`,
        { representations: [{ __typename: 'User', id: as('ada').userId }] },
        viewer,
      );
      expect(data._entities[0].publicGroups).toEqual({
        totalCount: 1,
        edges: [{ node: { id: open.id } }],
      });
    }
  });

  test('a stranger cannot follow a hidden one, and gets the answer of a wrong id', async () => {
    const follow = async (groupId: string, viewer: Viewer | null) => {
      const result = await graph.subgraph.subscribe({
        query: 'subscription ($groupId: ID!) { groupEvents(groupId: $groupId) { __typename } }',
        variables: { groupId },
        identity: { viewer, requestId: 'test' },
      });
      if (Symbol.asyncIterator in result) throw new Error('it follows');
      return result.errors?.map(({ extensions }) => extensions?.code);
    };
    expect(await follow(hidden.id, as('eve'))).toEqual(['GROUP_NOT_FOUND']);
    expect(await follow(newId('grp'), as('eve'))).toEqual(['GROUP_NOT_FOUND']);
    expect(await follow(open.id, null)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('what is the viewer’s own', () => {
  const MINE = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Viewer { id groups { totalCount edges { node { role group { id } } } } } } }`;
  const groupsOf = async (name: string, viewer: Viewer | null) => {
    const representations = [{ __typename: 'Viewer', id: viewerIdOf(as(name).userId) }];
    const data = await graph.ask(MINE, { representations }, viewer);
    return data._entities[0];
  };

  test('their groups, hidden ones too, the latest first', async () => {
    const { groups } = await groupsOf('ada', as('ada'));
    expect(groups.totalCount).toBe(3);
    expect(groups.edges.map(({ node }: { node: { group: object } }) => node.group)).toEqual(
      [hidden, unlisted, open].map(({ id }) => ({ id })),
    );
  });

  test('nobody else’s', async () => {
    expect(await groupsOf('ada', as('eve'))).toBeNull();
    expect(await groupsOf('ada', null)).toBeNull();
  });
});

describe('a group is asked for by one key', () => {
  test.each([{}, { id: newId('grp'), slug: 'open' }])('not by %o', async (keys) => {
    const answer = await town.ask('group', keys);
    expect(answer.errors[0].extensions.code).toBe('EXACTLY_ONE_REQUIRED');
  });
  test.each(['', 'x'.repeat(10_000), newId('usr')])('%.40s is no group', async (id) => {
    expect(await town.ask('group', { id })).toEqual({ data: { answer: null } });
  });
});
