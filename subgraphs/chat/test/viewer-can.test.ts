import { randomUUID } from 'node:crypto';
import { pairId } from '@souk/runtime/domain';
import { as, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADD,
  ARCHIVE,
  codesOf,
  DELETE,
  EDIT,
  FAILURES,
  FORWARD,
  failuresOf,
  JOIN,
  LEAVE,
  PIN,
  REACT,
  REMOVE,
  SEND,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const CAN = 'query ($id: ID!) { room(id: $id) { viewerCan } }';
const can = async (id: string, who: string): Promise<string[]> =>
  (await chat.ask(CAN, { id }, who)).room.viewerCan;

const call = async (query: string, variables: object, who: string): Promise<string[]> =>
  codesOf(await chat.execute(query, variables as never, as(who))) as string[];

/** What each action is tried by; what it is tried on are people who are there for that. */
const TRIES: Record<string, (id: string, who: string) => Promise<string[]>> = {
  JOIN: (id, who) => call(JOIN, { id }, who),
  LEAVE: (id, who) => call(LEAVE, { id }, who),
  POST: (roomId, who) =>
    call(SEND, { input: { roomId, clientMessageId: randomUUID(), text: 'hi' } }, who),
  START_THREAD: async (roomId, who) => {
    const input = { roomId, clientMessageId: randomUUID(), text: 'hi' };
    return call(SEND, { input: { ...input, threadOfId: await said(roomId, 'ada') } }, who);
  },
  REACT: async (roomId, who) =>
    call(REACT, { id: await said(roomId, 'ada'), emoji: '👍', on: true }, who),
  PIN: async (roomId, who) => call(PIN, { id: await said(roomId, 'ada'), on: true }, who),
  DELETE_OTHERS_MESSAGES: async (roomId, who) =>
    call(DELETE, { id: await said(roomId, who === 'ada' ? 'bo' : 'ada') }, who),
  ADD_PARTICIPANTS: (roomId, who) => call(ADD, { roomId, userIds: [userIdOf('eve')] }, who),
  EDIT_ROOM: (id, who) => call(UPDATE, { input: { id, topic: 'else' } }, who),
  ARCHIVE: (id, who) => call(ARCHIVE, { id }, who),
  REMOVE_PARTICIPANTS: (roomId, who) => call(REMOVE, { roomId, userId: userIdOf('eve') }, who),
};

const said = async (roomId: string, who: string) => (await chat.send(who, roomId, 'well')).id;

/** A room that ada opened, with bo inside and eve to be added or removed; cy is outside. */
async function opened(kind: string): Promise<string> {
  const participantIds = ['bo', 'eve'].map(userIdOf);
  if (kind === 'DIRECT') return chat.openDirect('ada', 'bo', 'eve');
  const id = await chat.createRoom('ada', { kind, name: 'Rights', participantIds });
  await call(LEAVE, { id }, 'eve');
  return id;
}

const AMONG_THEMSELVES = [
  'POST',
  'POST_ATTACHMENT',
  'START_THREAD',
  'MENTION_EVERYONE',
  'REACT',
  'PIN',
];
const OPENERS = [
  ...[
    'LEAVE',
    'POST',
    'POST_ATTACHMENT',
    'START_THREAD',
    'MENTION_EVERYONE',
    'REACT',
    'PIN',
    'DELETE_OTHERS_MESSAGES',
  ],
  ...['ADD_PARTICIPANTS', 'REMOVE_PARTICIPANTS', 'BAN', 'EDIT_ROOM', 'ARCHIVE', 'REVIEW_REPORTS'],
];

test.each([
  [
    'PUBLIC',
    {
      ada: OPENERS,
      bo: ['LEAVE', 'POST', 'POST_ATTACHMENT', 'START_THREAD', 'REACT'],
      cy: ['JOIN'],
    },
  ],
  [
    'PRIVATE',
    {
      ada: OPENERS,
      bo: [
        'LEAVE',
        'POST',
        'POST_ATTACHMENT',
        'START_THREAD',
        'MENTION_EVERYONE',
        'REACT',
        'PIN',
        'ADD_PARTICIPANTS',
      ],
    },
  ],
  ['DIRECT', { ada: AMONG_THEMSELVES, bo: AMONG_THEMSELVES }],
])(
  'in a %s room each viewer may do what viewerCan names, and nothing else',
  async (kind, expected) => {
    for (const [who, actions] of Object.entries(expected)) {
      for (const [action, tried] of Object.entries(TRIES)) {
        const id = await opened(kind);
        const named = await can(id, who);
        expect([who, [...named].sort()]).toEqual([who, ['READ', ...actions].sort()]);
        // Whoever is inside joins again, which changes nothing.
        if (action === 'JOIN' && named.includes('POST')) continue;
        const refused = await tried(id, who);
        expect([who, action, refused.length === 0]).toEqual([who, action, named.includes(action)]);
      }
    }
  },
);

test('a banned person may read a public room but not join it; anybody may read it', async () => {
  const id = await chat.createRoom('ada', {
    kind: 'PUBLIC',
    name: 'Once',
    participantIds: [userIdOf('bo')],
  });
  await chat.ask(REMOVE, { roomId: id, userId: userIdOf('bo') }, 'ada');
  expect(await can(id, 'bo')).toEqual(['READ']);
  expect(await call(JOIN, { id }, 'bo')).toEqual(['ROOM_BANNED']);
  const LISTED = '{ publicRooms(query: "Once") { edges { node { viewerCan } } } }';
  expect((await chat.ask(LISTED, {}, null)).publicRooms.edges).toEqual([
    { node: { viewerCan: ['READ'] } },
  ]);
});

const REPORT = `mutation ($id: ID!) { reportMessage(messageId: $id, reason: SPAM) { ${FAILURES} } }`;

/** What each action with a message is tried by. */
const OF_MESSAGES: Record<string, (id: string, roomId: string, who: string) => Promise<string[]>> =
  {
    REPLY: (id, roomId, who) =>
      call(
        SEND,
        { input: { roomId, clientMessageId: randomUUID(), text: 'so', replyToId: id } },
        who,
      ),
    REACT: (id, _, who) => call(REACT, { id, emoji: '👍', on: true }, who),
    EDIT: (id, _, who) => call(EDIT, { input: { messageId: id, text: 'better' } }, who),
    DELETE: (id, _, who) => call(DELETE, { id }, who),
    PIN: (id, _, who) => call(PIN, { id, on: true }, who),
    REPORT: (id, _, who) => call(REPORT, { id }, who),
    FORWARD: async (id, _, who) =>
      call(FORWARD, { id, roomId: await chat.openDirect(who, 'eve'), key: randomUUID() }, who),
  };

const INSIDE = ['REPLY', 'REACT', 'FORWARD'];
const OWN = [...INSIDE, 'EDIT', 'DELETE', 'SEE_REVISIONS'];
const KEEPERS = [...INSIDE, 'REPORT', 'DELETE', 'PIN', 'SEE_REVISIONS'];

test.each([
  ['PUBLIC', { ada: KEEPERS, bo: OWN, cy: ['FORWARD', 'REPORT'] }],
  ['PRIVATE', { ada: KEEPERS, bo: [...OWN, 'PIN'] }],
  ['DIRECT', { ada: [...INSIDE, 'REPORT', 'PIN'], bo: [...OWN, 'PIN'] }],
])(
  "with another person's message in a %s room each viewer may do what viewerCan names",
  async (kind, rights) => {
    for (const [who, expected] of Object.entries(rights)) {
      for (const [action, tried] of Object.entries(OF_MESSAGES)) {
        const roomId = await opened(kind);
        const id = await said(roomId, 'bo');
        const CAN_WITH =
          'query ($id: ID!) { message(id: $id) { viewerCan revisions { edges { cursor } } } }';
        const { message } = await chat.ask(CAN_WITH, { id }, who);
        expect([who, message.viewerCan.sort()]).toEqual([who, [...expected].sort()]);
        expect(message.revisions !== null).toBe(expected.includes('SEE_REVISIONS'));
        const refused = await tried(id, roomId, who);
        expect([who, action, refused.length === 0]).toEqual([
          who,
          action,
          expected.includes(action),
        ]);
      }
    }
  },
);

test('nothing can be done with a deleted message', async () => {
  const roomId = await opened('PRIVATE');
  const id = await said(roomId, 'ada');
  await chat.ask(DELETE, { id }, 'ada');
  const { message } = await chat.ask(
    'query ($id: ID!) { message(id: $id) { viewerCan } }',
    { id },
    'ada',
  );
  expect(message.viewerCan).toEqual([]);
  for (const [action, tried] of Object.entries(OF_MESSAGES)) {
    // What is deleted already is deleted again without an error.
    const expected = action === 'DELETE' ? [] : ['MESSAGE_DELETED'];
    expect([action, await tried(id, roomId, 'ada')]).toEqual([action, expected]);
  }
});

test('the rights in many rooms, and of many messages, are read at once', async () => {
  for (let n = 0; n < 6; n += 1) {
    const id = await chat.createRoom('ada', { kind: 'PUBLIC', name: `Page ${n}` });
    for (const text of ['a', 'b', 'c']) await chat.send('ada', id, text);
  }
  const PAGE = `query ($first: Int) { publicRooms(query: "Page", first: $first) { edges { node {
    viewerCan messages(last: 3) { edges { node { viewerCan } } } } } } }`;
  const statementsOf = async (first: number) =>
    (await chat.statementsOf(() => chat.ask(PAGE, { first }, 'cy'))).length;
  const one = await statementsOf(1);
  expect(await statementsOf(6)).toBe(one);
});

const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on RoomParticipant { id user { id } } ... on RoomViewerState { id readUpToSequence } } }`;

test("participants and the viewer's own states are found by their ids, if their room is visible", async () => {
  const roomId = await chat.openDirect('ada', 'bo');
  await chat.send('ada', roomId, 'hi');
  const PLACES = `query ($id: ID!) { room(id: $id) {
    viewerState { id } participants { edges { node { id } } } } }`;
  const { room } = await chat.ask(PLACES, { id: roomId }, 'ada');
  const participant = pairId('rpt', roomId, userIdOf('bo'));
  expect(room.participants.edges.map(({ node }: { node: { id: string } }) => node.id)).toContain(
    participant,
  );
  const state = room.viewerState.id;
  const found = async (who: string | null) => {
    const representations = [
      { __typename: 'RoomParticipant', id: participant },
      { __typename: 'RoomParticipant', id: pairId('rpt', roomId, userIdOf('cy')) },
      { __typename: 'RoomViewerState', id: state },
      { __typename: 'RoomParticipant', id: 'rpt_x' },
    ];
    return (await chat.ask(ENTITIES, { representations }, who))._entities;
  };
  const bo = { id: participant, user: { id: userIdOf('bo') } };
  expect(await found('ada')).toEqual([bo, null, { id: state, readUpToSequence: 1 }, null]);
  expect(await found('bo')).toEqual([bo, null, null, null]);
  for (const who of ['eve', null]) expect(await found(who)).toEqual([null, null, null, null]);
});

test('presence can change only the allowed number of times within the window', async () => {
  let now = new Date();
  await using limited = await startChat({
    people: [],
    config: { presenceChangesPerWindow: 3, presenceWindowSeconds: 600 },
    clock: () => now,
  });
  const SET = `mutation ($input: PresenceInput!) { setPresence(input: $input) {
    errors { __typename ... on UserError { code } ... on RateLimitedError { retryAfterSeconds } } } }`;
  const set = async (who = 'ada') =>
    failuresOf(await limited.execute(SET, { input: { status: 'IDLE' } }, as(who)));
  const answers = await Promise.all(Array.from({ length: 6 }, () => set()));
  expect(answers.filter((errors) => errors.length === 0)).toHaveLength(3);
  expect(await set()).toEqual([
    { __typename: 'RateLimitedError', code: 'RATE_LIMITED', retryAfterSeconds: 600 },
  ]);
  expect(await set('bo')).toEqual([]);
  now = new Date(now.getTime() + 600_000);
  expect(await set()).toEqual([]);
});
