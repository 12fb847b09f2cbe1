import { buildSchema, graphql } from 'graphql';
import { expect, test } from 'vitest';
import type { Viewer } from '../domain/viewer.ts';
import { refuseMutationsOfSuspended, showSuspendedNoRights } from './suspended-viewers.ts';

const schema = refuseMutationsOfSuspended(
  buildSchema(/* GraphQL */ `
    directive @tag(name: String!) repeatable on FIELD_DEFINITION
    type Query { a: Int }
    type Mutation {
      change: Int @tag(name: "admin")
      leave: Int @tag(name: "viewer") @tag(name: "while-suspended")
    }
  `),
);
const viewer: Viewer = { userId: 'usr_1', sessionId: 'ses_1', roles: ['ADMIN'] };
const ask = (source: string, viewer: Viewer | null) =>
  graphql({
    schema,
    source,
    rootValue: { a: 1, change: () => 1, leave: () => 1 },
    contextValue: { viewer },
  });

test.each([
  ['nobody', null],
  ['somebody', viewer],
])('%s may ask for any mutation', async (_, viewer) => {
  expect((await ask('mutation { change leave }', viewer)).errors).toBeUndefined();
});

test('somebody who is suspended may read, and of mutations those that are tagged for it', async () => {
  const suspended: Viewer = { ...viewer, suspended: true };
  expect(await ask('{ a }', suspended)).toEqual({ data: { a: 1 } });
  const { data, errors } = await ask('mutation { change leave }', suspended);
  expect(data).toEqual({ change: null, leave: 1 });
  expect(errors).toMatchObject([
    { path: ['change'], originalError: { code: 'ACCOUNT_SUSPENDED', category: 'FORBIDDEN' } },
  ]);
});

test('somebody who is suspended has no right left but to read, in whichever type rights are listed', async () => {
  const schema = showSuspendedNoRights(
    buildSchema(/* GraphQL */ `
      enum Action { READ POST }
      type Room { viewerCan: [Action!]! viewerCanReview: Boolean viewerCount: Int }
      type Query { room: Room }
    `),
  );
  const room = { viewerCan: ['READ', 'POST'], viewerCanReview: true, viewerCount: 1 };
  const rightsOf = async (viewer: Viewer) => {
    const source = '{ room { viewerCan viewerCanReview viewerCount } }';
    const answer = await graphql({ schema, source, rootValue: { room }, contextValue: { viewer } });
    return answer.data?.room;
  };
  expect(await rightsOf(viewer)).toEqual(room);
  expect(await rightsOf({ ...viewer, suspended: true })).toEqual({
    viewerCan: ['READ'],
    viewerCanReview: false,
    viewerCount: 1,
  });
});
