import { as, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  login,
  payloadOf,
  refresh,
  type StartedUsers,
  someone,
  startUsers,
  viewerOf,
} from './accounts.ts';
import { eventsOf } from './database.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const SET_ROLES = `mutation ($userId: ID!, $roles: [Role!]!) {
  setUserRoles(userId: $userId, roles: $roles) {
    user { username } roles errors { __typename ... on UserError { code path } }
  }
}`;
const USERS = `query ($query: String, $first: Int, $after: String) {
  users(query: $query, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { username } }
  }
}`;

/** Somebody with a true session and these roles. */
async function staff(username: string, ...roles: string[]) {
  const { viewer } = await someone(graph, username);
  await sql(graph, 'UPDATE account SET roles = $2::role[] WHERE id = $1', [
    viewer.userId,
    ['CUSTOMER', ...roles],
  ]);
  return viewerOf(await login(graph, { login: username }));
}
const setRoles = async (userId: string, roles: string[], viewer: ReturnType<typeof as>) =>
  payloadOf(await graph.execute(SET_ROLES, { userId, roles }, viewer), 'setUserRoles');

describe('giving roles', () => {
  test('is for admins alone', async () => {
    const { viewer } = await someone(graph, 'ada');
    const others = [viewer, await staff('helper', 'SUPPORT'), await staff('keeper', 'MODERATOR')];
    for (const other of others) {
      expect(await setRoles(viewer.userId, ['ADMIN'], other)).toMatchObject({
        user: null,
        errors: [{ __typename: 'ForbiddenError', code: 'FORBIDDEN' }],
      });
    }
    const { errors } = await graph.execute(SET_ROLES, { userId: viewer.userId, roles: [] });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('shows in the next access token, and everybody stays a customer', async () => {
    const admin = await staff('root_of_it', 'ADMIN');
    const { viewer, tokens } = await someone(graph, 'bo');
    const answer = await setRoles(viewer.userId, ['SELLER'], admin);
    expect(answer).toEqual({ user: { username: 'bo' }, roles: ['CUSTOMER', 'SELLER'], errors: [] });
    const refreshed = await refresh(graph, tokens.refreshToken);
    expect(viewerOf(refreshed).roles).toEqual(['CUSTOMER', 'SELLER']);
    expect(refreshed.viewer.roles).toEqual(['CUSTOMER', 'SELLER']);
  });

  test('taking one away ends the sessions that still claim it', async () => {
    const admin = await staff('boss', 'ADMIN');
    const seller = await staff('cleo', 'SELLER');
    const answer = await setRoles(seller.userId, ['SUPPORT'], admin);
    expect(answer.roles).toEqual(['CUSTOMER', 'SUPPORT']);
    const reasons = (await eventsOf(graph, seller.userId))
      .filter(({ type }) => type === 'users.SessionRevoked')
      .map(({ payload }) => payload.reason);
    expect(reasons).toEqual(['ROLES_CHANGED', 'ROLES_CHANGED']);
  });

  test('an admin cannot take their own power, so there is always one', async () => {
    const admin = await staff('dara', 'ADMIN');
    expect(await setRoles(admin.userId, ['SELLER'], admin)).toEqual({
      user: null,
      roles: [],
      errors: [{ __typename: 'ForbiddenError', code: 'CANNOT_DEMOTE_YOURSELF', path: ['roles'] }],
    });
  });

  test('a token whose session has ended gives no roles', async () => {
    const admin = await staff('eli', 'ADMIN');
    const { viewer } = await someone(graph, 'fay');
    await graph.execute('mutation { logout { revokedSessions } }', {}, admin);
    const answer = await setRoles(viewer.userId, ['ADMIN'], admin);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const forged = await setRoles(viewer.userId, ['ADMIN'], as('nobody', 'ADMIN'));
    expect(forged.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test.each([
    ['an unknown account', as('x').userId],
    ['a session', as('x').sessionId],
  ])('is not found under the id of %s', async (_, id) => {
    const admin = await staff(`a${Math.random().toString(36).slice(2, 10)}`, 'ADMIN');
    expect((await setRoles(id, ['SELLER'], admin)).errors).toEqual([
      { __typename: 'NotFoundError', code: 'USER_NOT_FOUND', path: ['userId'] },
    ]);
  });
});

describe('searching people', () => {
  const names = ({ edges }: { edges: { node: { username: string } }[] }) =>
    edges.map(({ node }) => node.username);
  const search = async (variables: Record<string, unknown>) =>
    (await graph.ask(USERS, variables, as('dan', 'SUPPORT'))).users;

  test('by the beginning of a name or a whole address, newest first, in pages', async () => {
    for (const name of ['pia_one', 'pia_two', 'pia_three']) await someone(graph, name);
    await someone(graph, 'zoe', { displayName: 'Pia_ the Great', email: 'z+1@example.com' });
    const first = await search({ query: 'PIA_', first: 3 });
    expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([4, true]);
    expect(names(first)).toEqual(['zoe', 'pia_three', 'pia_two']);
    const second = await search({ query: 'PIA_', first: 3, after: first.pageInfo.endCursor });
    expect(names(second)).toEqual(['pia_one']);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(names(await search({ query: 'Z+1@Example.com' }))).toEqual(['zoe']);
    for (const query of ['pia-zzz', '\\', "' OR true --"]) {
      expect((await search({ query })).totalCount).toBe(0);
    }
  });

  test('is for staff alone', async () => {
    const { errors } = await graph.execute(USERS, {}, as('ada', 'SELLER'));
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await graph.execute(USERS)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  test('refuses an overlong search and a cursor of another one', async () => {
    for (const name of ['pam_one', 'pam_two']) await someone(graph, name);
    const { pageInfo } = await search({ query: 'pam', first: 1 });
    const wrong = [{ query: 'x'.repeat(101) }, { query: 'po', after: pageInfo.endCursor }];
    for (const variables of wrong) {
      const { errors } = await graph.execute(USERS, variables, as('dan', 'SUPPORT'));
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});
