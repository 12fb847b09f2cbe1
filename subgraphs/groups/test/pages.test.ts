import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { communityOf, startGroups } from './community.ts';

let graph: StartedSubgraph;
let town: ReturnType<typeof communityOf>;
let groupIds: string[];
beforeAll(async () => {
  graph = await startGroups();
  town = communityOf(graph);
  groupIds = [];
  for (let at = 0; at < 12; at += 1) {
    const { id } = await town.found({ name: `Group ${at}` }, as(`owner${at % 3}`));
    groupIds.unshift(id);
    for (let who = 0; who < 5; who += 1) await town.join(id, `person${who}`);
  }
  await town.setRole(groupIds[0] as string, 'owner2', 'person0', 'MODERATOR');
});
afterAll(() => graph[Symbol.asyncDispose]());

const DIRECTORY = `query ($first: Int, $after: String, $query: String) {
  groups(first: $first, after: $after, query: $query) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } } }`;

test('the directory in pages is the directory, newest first', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  for (;;) {
    const data = await graph.ask(DIRECTORY, { first: 5, after });
    expect(data.groups.totalCount).toBe(12);
    for (const { node } of data.groups.edges) seen.push(node.id);
    if (!data.groups.pageInfo.hasNextPage) break;
    after = data.groups.pageInfo.endCursor;
  }
  expect(seen).toEqual(groupIds);
});

test('members of some roles, in pages', async () => {
  const MEMBERS = `query ($id: ID, $filter: GroupMembersFilter, $first: Int, $after: String) {
    group(id: $id) { members(filter: $filter, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { node { role user { id } } } } } }`;
  const page = async (variables: Record<string, unknown>) => {
    const data = await graph.ask(MEMBERS, { id: groupIds[0], ...variables });
    return data.group.members;
  };
  const first = await page({ filter: { roles: ['MEMBER'] }, first: 3 });
  expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
  const second = await page({
    filter: { roles: ['MEMBER'] },
    first: 3,
    after: first.pageInfo.endCursor,
  });
  expect(second).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: false } });
  const people = [...first.edges, ...second.edges].map(({ node }) => node.user.id);
  expect(people).toEqual([1, 2, 3, 4].map((who) => as(`person${who}`).userId));
  expect((await page({ filter: { roles: ['OWNER', 'MODERATOR'] } })).totalCount).toBe(2);
  expect((await page({ filter: { roles: [] } })).totalCount).toBe(0);
});

test('a page has 1 to 100 rows, and a cursor belongs to its list', async () => {
  const data = await graph.ask(DIRECTORY, { first: 1 });
  const { cursor } = data.groups.edges[0];
  const broken = [
    { first: -1 },
    { first: -1 },
    { first: 101 },
    { after: 'x' },
    { after: '' },
    { after: `${cursor.slice(0, -2)}AA` },
    { after: cursor, query: 'Group' },
    { after: 'x'.repeat(10_000) },
    { query: 'x'.repeat(201) },
  ];
  for (const variables of broken) {
    const { errors } = await graph.execute(DIRECTORY, variables);
    expect([variables, errors?.[0]?.extensions?.code]).toEqual([variables, 'BAD_USER_INPUT']);
  }
});

test('twelve groups need no more statements than two', async () => {
  const EVERYTHING = `query ($first: Int) { groups(first: $first) { totalCount edges { node {
    id head owner { id publicGroups(first: 2) { totalCount edges { node { id owner { id } } } } }
    viewerMembership { role permissions group { name } }
    members(first: 2, filter: { roles: [MEMBER] }) { totalCount edges { node { id group { slug } user { id } } } }
  } } } }`;
  const cost = async (first: number) => {
    let groups = 0;
    const statements = await graph.statementsOf(async () => {
      const { data, errors } = await graph.execute(EVERYTHING, { first }, as('person1'));
      expect(errors).toBeUndefined();
      groups = data.groups.edges.length;
    });
    expect(groups).toBe(first);
    return statements.length;
  };
  const two = await cost(2);
  expect(two).toBeGreaterThan(3);
  expect(await cost(12)).toBeLessThanOrEqual(two);
});

test('a hundred references need no more statements than three', async () => {
  const ENTITIES = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      ... on Group { name head viewerMembership { role } }
      ... on GroupMember { role group { name } }
      ... on User { publicGroups { edges { node { name } } } } } }`;
  const data = await graph.ask(
    'query { groups { edges { node { id members { edges { node { id user { id } } } } } } } }',
  );
  const all = data.groups.edges.flatMap(
    ({
      node,
    }: {
      node: { id: string; members: { edges: { node: { id: string; user: { id: string } } }[] } };
    }) => [
      { __typename: 'Group', id: node.id },
      ...node.members.edges.flatMap(({ node: member }) => [
        { __typename: 'GroupMember', id: member.id },
        { __typename: 'User', id: member.user.id },
      ]),
    ],
  );
  const cost = async (representations: unknown[]) => {
    const statements = await graph.statementsOf(async () => {
      const answer = await graph.execute(ENTITIES, { representations }, as('person1'));
      expect(answer.errors).toBeUndefined();
    });
    return statements.length;
  };
  const few = await cost(all.slice(0, 3));
  expect(all.length).toBeGreaterThan(100);
  expect(await cost(all)).toBeLessThanOrEqual(few);
});
