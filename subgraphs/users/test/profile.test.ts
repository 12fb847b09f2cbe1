import { viewerIdOf } from '@souk/runtime/domain';
import { as } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { payloadOf, type StartedUsers, someone, startUsers } from './accounts.ts';
import { eventsOf } from './database.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const UPDATE = `mutation ($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    user { id displayName bio }
    viewer { id locale user { displayName } }
    errors { __typename ... on UserError { code path } }
  }
}`;
const USER = `query ($id: ID, $username: String) {
  user(id: $id, username: $username) { id username displayName bio createdAt }
}`;

const update = async (input: object, viewer: Parameters<StartedUsers['execute']>[2]) =>
  payloadOf(await graph.execute(UPDATE, { input }, viewer), 'updateProfile');
const updatesOf = async (userId: string) =>
  (await eventsOf(graph, userId)).filter(({ type }) => type === 'users.ProfileUpdated');

describe('updating a profile', () => {
  test('changes given fields, keeps the rest, and announces the change', async () => {
    const { viewer } = await someone(graph, 'ada', { displayName: 'Ada' });
    const bio = 'Counts.\r\nSings.';
    expect(await update({ bio, locale: 'fr-FR' }, viewer)).toEqual({
      user: { id: viewer.userId, displayName: 'Ada', bio: 'Counts.\nSings.' },
      viewer: { id: viewerIdOf(viewer.userId), locale: 'fr-FR', user: { displayName: 'Ada' } },
      errors: [],
    });
    expect(await update({ displayName: 'Ada L.', bio: null }, viewer)).toMatchObject({
      user: { displayName: 'Ada L.', bio: null },
      viewer: { locale: 'fr-FR' },
    });
    const recorded = (await updatesOf(viewer.userId)).map(({ payload }) => payload);
    const person = { userId: viewer.userId, username: 'ada', locale: 'fr-FR' };
    expect(recorded).toEqual([
      { ...person, displayName: 'Ada', changed: ['bio', 'locale'] },
      { ...person, displayName: 'Ada L.', changed: ['displayName', 'bio'] },
    ]);
  });

  test('to the same values announces nothing', async () => {
    const { viewer } = await someone(graph, 'bo', { displayName: 'Bo' });
    expect((await update({ displayName: ' Bo ', bio: '  ' }, viewer)).errors).toEqual([]);
    expect((await update({}, viewer)).errors).toEqual([]);
    expect(await updatesOf(viewer.userId)).toEqual([]);
  });

  test.each([
    ['no name', { displayName: null }, 'displayName'],
    ['an empty name', { displayName: ' \t ' }, 'displayName'],
    ['a name of 51 characters', { displayName: 'x'.repeat(51) }, 'displayName'],
    ['a bio of 501 characters', { bio: 'x'.repeat(501) }, 'bio'],
    ['a bio that turns the text round', { bio: 'safe\u2067evil' }, 'bio'],
  ])('refuses %s and changes nothing', async (_, input, field) => {
    const { viewer } = await someone(graph, `u${Math.random().toString(36).slice(2, 10)}`);
    expect(await update({ locale: 'de', ...input }, viewer)).toEqual({
      user: null,
      viewer: null,
      errors: [{ __typename: 'ValidationError', code: 'BAD_USER_INPUT', path: ['input', field] }],
    });
    expect(await updatesOf(viewer.userId)).toEqual([]);
  });

  test('takes 500 characters of any script', async () => {
    const { viewer } = await someone(graph, 'cleo');
    const bio = '👩🏽‍🚀'.repeat(500);
    expect((await update({ bio }, viewer)).user.bio).toBe(bio);
  });

  test('needs somebody to be signed in', async () => {
    const { errors } = await graph.execute(UPDATE, { input: { bio: 'x' } });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('looking somebody up', () => {
  test('by id or by username shows the public face to anybody', async () => {
    const { viewer } = await someone(graph, 'dara', { displayName: 'Dara' });
    const expected = {
      ...{ id: viewer.userId, username: 'dara', displayName: 'Dara', bio: null },
      createdAt: expect.any(String),
    };
    for (const variables of [{ id: viewer.userId }, { username: 'dara' }, { username: ' DARA' }]) {
      expect(await graph.ask(USER, variables)).toEqual({ user: expected });
    }
  });

  test('is null for an unknown id or name', async () => {
    for (const variables of [{ id: as('nobody').userId }, { username: 'nobody' }]) {
      expect(await graph.execute(USER, variables)).toEqual({ data: { user: null } });
    }
  });

  test.each([
    ['neither', {}, 'EXACTLY_ONE_REQUIRED'],
    ['both', { id: as('x').userId, username: 'x' }, 'EXACTLY_ONE_REQUIRED'],
    ['an id of another kind', { id: as('x').sessionId }, 'BAD_USER_INPUT'],
    ['no id', { id: "' OR 1=1 --" }, 'BAD_USER_INPUT'],
  ])('refuses %s', async (_, variables, code) => {
    expect((await graph.execute(USER, variables)).errors).toMatchObject([{ extensions: { code } }]);
  });

  test('a username is free until somebody has it, and never when it is reserved', async () => {
    const isFree = async (username: string) =>
      (
        await graph.ask('query ($u: String!) { usernameAvailable(username: $u) }', {
          u: username,
        })
      ).usernameAvailable;
    expect(await isFree('eli')).toBe(true);
    await someone(graph, 'eli');
    expect(await isFree('Eli')).toBe(false);
    for (const name of ['support', 'r00t', 'x', 'with space', ''])
      expect(await isFree(name)).toBe(false);
  });
});
