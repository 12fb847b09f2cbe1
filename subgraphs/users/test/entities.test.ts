import { viewerIdOf } from '@souk/runtime/domain';
import { as } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedUsers, someone, startUsers } from './accounts.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on User { id username displayName }
    ... on Viewer { id email sessions { totalCount } }
    ... on Session { id current }
  }
}`;
const resolve = async (representations: object[], viewer = as('stranger')) =>
  graph.execute(ENTITIES, { representations }, viewer);

test('people are found by id, the unknown are null', async () => {
  const { viewer } = await someone(graph, 'ada');
  const ada = { __typename: 'User', id: viewer.userId, username: 'ada', displayName: 'ada' };
  const { data, errors } = await resolve([
    { __typename: 'User', id: viewer.userId },
    { __typename: 'User', id: as('nobody').userId },
    { __typename: 'User', id: viewer.sessionId },
    { __typename: 'User', id: viewer.userId },
  ]);
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual([ada, null, null, ada]);
});

test('the viewer is visible only to themselves', async () => {
  const ada = await someone(graph, 'bo');
  const id = viewerIdOf(ada.viewer.userId);
  // Her user is another thing, by another id.
  expect(id).not.toBe(ada.viewer.userId);
  const representations = [{ __typename: 'Viewer', id }];
  expect((await resolve(representations, ada.viewer)).data._entities).toMatchObject([
    { id, email: 'bo@example.com', sessions: { totalCount: 1 } },
  ]);
  const admin = as('ida', 'ADMIN');
  for (const other of [admin, as('stranger'), (await someone(graph, 'cleo')).viewer]) {
    expect((await resolve(representations, other)).data._entities).toEqual([null]);
  }
  const anonymous = await graph.execute(ENTITIES, { representations });
  expect(anonymous.data._entities).toEqual([null]);
  const asUser = [{ __typename: 'Viewer', id: ada.viewer.userId }];
  expect((await resolve(asUser, ada.viewer)).data._entities).toEqual([null]);
});

test('a session is shown to its own account alone', async () => {
  const dara = await someone(graph, 'dara');
  const representations = [{ __typename: 'Session', id: dara.viewer.sessionId }];
  expect((await resolve(representations, dara.viewer)).data._entities).toMatchObject([
    { id: dara.viewer.sessionId, current: true },
  ]);
  expect((await resolve(representations, as('ida', 'ADMIN'))).data._entities).toEqual([null]);
  expect((await graph.ask(ENTITIES, { representations }))._entities).toEqual([null]);
});

test('any number of them is read in one statement', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 12; n += 1) ids.push((await someone(graph, `many${n}`)).viewer.userId);
  const statementsFor = (count: number) =>
    graph.statementsOf(() =>
      resolve(ids.slice(0, count).map((id) => ({ __typename: 'User', id }))),
    );
  expect(await statementsFor(2)).toHaveLength(1);
  expect(await statementsFor(12)).toHaveLength(1);
});
