import { newId, systemClock } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoGroups } from '../src/demo/demo-groups.ts';
import { seedDemoGroups } from '../src/index.ts';
import { CONFIG, startGroups } from './community.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startGroups();
});
afterAll(() => graph[Symbol.asyncDispose]());

test('demo groups are there once, however often they are seeded', async () => {
  const deps = {
    config: CONFIG,
    databaseUrl: graph.databaseUrl,
    backplane: graph.backplane,
    cursorSecret: 'a secret for tests, long enough for anyone',
    logger: silentLogger,
    clock: systemClock,
    newId,
  };
  const people = {
    ownerIds: ['ada', 'bo'].map((name) => as(name).userId),
    memberIds: ['cy', 'dee'].map((name) => as(name).userId),
  };
  expect(await seedDemoGroups(deps, people)).toBe(4);
  expect(await seedDemoGroups(deps, people)).toBe(0);
  const data = await graph.ask(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Group { slug memberCount owner { id } } } }`,
    { representations: demoGroups.map(({ id }) => ({ __typename: 'Group', id })) },
    as('ada'),
  );
  const REQUESTS = `{ group(slug: "potters") { joinRequests { edges { node { user { id } } } } } }`;
  const potters = await graph.execute(REQUESTS, {}, as('bo'));
  expect(potters.data.group.joinRequests.edges).toEqual([
    { node: { user: { id: as('cy').userId } } },
  ]);
  expect(data._entities).toEqual([
    { slug: 'makers-of-the-souk', memberCount: 4, owner: { id: as('ada').userId } },
    { slug: 'tea-and-spices', memberCount: 4, owner: { id: as('bo').userId } },
    { slug: 'stall-keepers', memberCount: 2, owner: { id: as('ada').userId } },
    { slug: 'potters', memberCount: 2, owner: { id: as('bo').userId } },
  ]);
});
