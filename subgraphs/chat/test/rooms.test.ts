import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { as, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADD,
  CREATE_ROOM,
  codesOf,
  failuresOf,
  JOIN,
  LEAVE,
  OPEN_DIRECT,
  REMOVE,
  startChat,
  type TestChat,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const create = (who: string, input: Record<string, unknown>) =>
  chat.execute(CREATE_ROOM, { input }, as(who));
const openDirect = (who: string, userIds: string[]) =>
  chat.execute(OPEN_DIRECT, { userIds }, as(who));
const call = (mutation: string, variables: Record<string, unknown>, who: string) =>
  chat.execute(mutation, variables, as(who));

test('a private room contains its creator and the people they name, each once', async () => {
  const people = [userIdOf('bo'), userIdOf('ada'), userIdOf('bo')];
  const { data } = await create('ada', { kind: 'PRIVATE', name: 'Two', participantIds: people });
  expect(data.createRoom).toMatchObject({
    room: { kind: 'PRIVATE', name: 'Two', topic: null, group: null, participantCount: 2 },
    errors: [],
  });
});

test('twenty calls with one key at the same time open one room; another input is a mismatch', async () => {
  const idempotencyKey = randomUUID();
  const input = { kind: 'PRIVATE', name: 'Once', idempotencyKey };
  const ids = await Promise.all(Array.from({ length: 20 }, () => chat.createRoom('ada', input)));
  expect(new Set(ids).size).toBe(1);
  const answer = await create('ada', { ...input, name: 'Twice' });
  expect(failuresOf(answer)).toMatchObject([
    { __typename: 'IdempotencyMismatchError', code: 'IDEMPOTENCY_KEY_REUSED' },
  ]);
  expect(await chat.createRoom('bo', input)).not.toBe(ids[0]);
});

test.each([
  ['no name', { kind: 'PUBLIC' }, 'BAD_USER_INPUT', 'name'],
  ['an empty name', { kind: 'PUBLIC', name: ' \u200b ' }, 'BAD_USER_INPUT', 'name'],
  ['a name of 81 characters', { kind: 'PUBLIC', name: 'x'.repeat(81) }, 'BAD_USER_INPUT', 'name'],
  [
    'a long topic',
    { kind: 'PUBLIC', name: 'x', topic: 'x'.repeat(251) },
    'BAD_USER_INPUT',
    'topic',
  ],
  ['GROUP without a group', { kind: 'GROUP', name: 'x' }, 'BAD_USER_INPUT', 'groupId'],
  [
    'a group it cannot have',
    { kind: 'PUBLIC', name: 'x', groupId: 'grp_x' },
    'BAD_USER_INPUT',
    'groupId',
  ],
  [
    'a group id of no group',
    { kind: 'GROUP', name: 'x', groupId: 'x' },
    'GROUP_NOT_FOUND',
    'groupId',
  ],
  [
    '51 people',
    {
      kind: 'PRIVATE',
      name: 'x',
      participantIds: Array.from({ length: 51 }, (_, index) => userIdOf(`p${index}`)),
    },
    'BAD_USER_INPUT',
    'participantIds',
  ],
])('a room with %s is refused', async (_, input, code, field) => {
  const [failure] = failuresOf(await create('ada', input));
  expect(failure).toMatchObject({ code, path: ['input', field] });
});

test('unknown people are reported as not found, with their position in the input', async () => {
  const code = 'USER_NOT_FOUND';
  // At once, as each waits a while for somebody who may have come just now.
  await Promise.all(
    [newId('usr'), newId('prd'), 'x', ''].map(async (unknown) => {
      const participantIds = [userIdOf('bo'), unknown];
      const [made, opened] = await Promise.all([
        create('ada', { kind: 'PRIVATE', name: 'x', participantIds }),
        openDirect('ada', [unknown]),
      ]);
      const [failure] = failuresOf(made);
      expect(failure).toMatchObject({ code, path: ['input', 'participantIds', '1'] });
      expect(failuresOf(opened)).toMatchObject([{ code, path: ['userIds', '0'] }]);
    }),
  );
});

test('the same people always share the same direct room, whoever opens it, however often', async () => {
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 ? chat.openDirect('cy', 'eve') : chat.openDirect('eve', 'cy', 'eve', 'cy'),
    ),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await chat.openDirect('cy', 'eve')).toBe(ids[0]);
  expect(await chat.openDirect('cy', 'eve', 'bo')).not.toBe(ids[0]);
});

test('a direct room needs somebody else, and no crowd', async () => {
  expect(codesOf(await openDirect('ada', []))).toEqual(['BAD_USER_INPUT']);
  expect(codesOf(await openDirect('ada', [userIdOf('ada')]))).toEqual(['BAD_USER_INPUT']);
  const crowd = Array.from({ length: 10 }, (_, index) => userIdOf(`p${index}`));
  expect(codesOf(await openDirect('ada', crowd))).toEqual(['BAD_USER_INPUT']);
});

test('everybody may join a public room, joining twice is joining once, and may leave it', async () => {
  const id = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Open' });
  const join = () => chat.ask(JOIN, { id }, 'bo');
  await Promise.all([join(), join(), join()]);
  expect((await join()).joinRoom.room.participantCount).toBe(2);
  await chat.ask(LEAVE, { id }, 'bo');
  expect(codesOf(await call(LEAVE, { id }, 'bo'))).toEqual(['ROOM_NOT_JOINED']);
});

/** Who may do what with whose room: ada opened it, bo is in it, eve is not. */
test.each([
  ['PRIVATE', JOIN, 'eve', 'ROOM_NOT_FOUND'],
  ['DIRECT', JOIN, 'eve', 'ROOM_NOT_FOUND'],
  ['PUBLIC', JOIN, 'eve', null],
  ['PRIVATE', LEAVE, 'eve', 'ROOM_NOT_FOUND'],
  ['DIRECT', LEAVE, 'bo', 'ROOM_NOT_LEAVABLE'],
  ['PRIVATE', LEAVE, 'bo', null],
  ['PRIVATE', ADD, 'eve', 'ROOM_NOT_FOUND'],
  ['PRIVATE', ADD, 'bo', null],
  ['DIRECT', ADD, 'bo', 'ROOM_NOT_MANAGEABLE'],
  ['PUBLIC', ADD, 'bo', 'ROOM_NOT_MANAGEABLE'],
  ['PUBLIC', ADD, 'eve', 'ROOM_NOT_JOINED'],
  ['PRIVATE', REMOVE, 'eve', 'ROOM_NOT_FOUND'],
  ['PRIVATE', REMOVE, 'bo', 'ROOM_NOT_MANAGEABLE'],
  ['PRIVATE', REMOVE, 'ada', null],
  ['PUBLIC', REMOVE, 'eve', 'ROOM_NOT_MANAGEABLE'],
  ['DIRECT', REMOVE, 'ada', 'ROOM_NOT_MANAGEABLE'],
])('%s: %s by %s gives %s', async (kind, mutation, who, code) => {
  const room =
    kind === 'DIRECT'
      ? await chat.openDirect('ada', 'bo')
      : await chat.createRoom('ada', {
          kind,
          name: 'Matrix',
          participantIds: [userIdOf('bo')],
        });
  const userId = userIdOf('bo');
  const variables =
    mutation === ADD
      ? { roomId: room, userIds: [userIdOf('cy')] }
      : mutation === REMOVE
        ? { roomId: room, userId }
        : { id: room };
  const answer = await call(mutation, variables, who);
  expect(codesOf(answer)).toEqual(code === null ? [] : [code]);
});

test('ids of nothing, of something else, or malformed are not found', async () => {
  for (const id of [newId('room'), userIdOf('ada'), '', 'ROOM_1', 'x'.repeat(10_000)]) {
    expect(codesOf(await call(JOIN, { id }, 'ada'))).toEqual(['ROOM_NOT_FOUND']);
    expect(codesOf(await call(LEAVE, { id }, 'ada'))).toEqual(['ROOM_NOT_FOUND']);
    expect(codesOf(await call(ADD, { roomId: id, userIds: [] }, 'ada'))).toEqual([
      'ROOM_NOT_FOUND',
    ]);
  }
});

test('every mutation requires signing in', async () => {
  const id = newId('room');
  for (const [mutation, variables] of [
    [CREATE_ROOM, { input: { kind: 'PUBLIC', name: 'x' } }],
    [OPEN_DIRECT, { userIds: [] }],
    [JOIN, { id }],
    [LEAVE, { id }],
  ] as const) {
    expect(codesOf(await chat.execute(mutation, variables))).toEqual(['UNAUTHENTICATED']);
  }
});
