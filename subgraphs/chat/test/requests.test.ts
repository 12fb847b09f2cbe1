import { randomUUID } from 'node:crypto';
import { as, sql, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ADD,
  ARCHIVE,
  codesOf,
  EDIT,
  FAILURES,
  JOIN,
  LEAVE,
  MARK_READ,
  OPEN_DIRECT,
  REACT,
  REMOVE,
  SEND,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  const people = ['ada', 'bo', 'cy', 'dee', 'eve', 'flo', 'gil', 'hal'];
  chat = await startChat({ people, config: { strangersAsk: true } });
});
afterAll(() => chat[Symbol.asyncDispose]());

const ROOM = `id kind viewerMembership requestedBy { id } viewerCan participantCount`;
const ANSWER = `mutation ($id: ID!, $answer: RequestAnswer!) {
  answerRoomRequest(roomId: $id, answer: $answer) { room { ${ROOM} } ${FAILURES} } }`;
const SEEN = `query ($id: ID!) { room(id: $id) { ${ROOM} messages { edges { node { id text } } } } }`;
const BLOCK = `mutation ($id: ID!, $on: Boolean!) { setBlocked(userId: $id, on: $on) { ${FAILURES} } }`;
const LISTS = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer {
  unread { rooms } rooms { totalCount edges { node { id } } }
  asked: rooms(filter: { membership: REQUESTED }) { totalCount edges { node { id } } } } } }`;
const listsOf = async (who: string) => {
  const { viewer } = await chat.ask('{ viewer { id } }', {}, who);
  const of = [{ __typename: 'Viewer', id: viewer.id }];
  const { rooms, asked, unread } = (await chat.ask(LISTS, { of }, who))._entities[0];
  const ids = ({
    edges,
    totalCount,
  }: {
    edges: { node: { id: string } }[];
    totalCount: number;
  }) => {
    expect(edges).toHaveLength(totalCount);
    return edges.map(({ node }) => node.id);
  };
  return { rooms: ids(rooms), asked: ids(asked), unread: unread.rooms };
};
const seen = async (who: string, id: string) => (await chat.ask(SEEN, { id }, who)).room;
const answer = (who: string, id: string, given: string) =>
  chat.execute(ANSWER, { id, answer: given }, as(who));
const write = (who: string, roomId: string, more = {}) =>
  chat.execute(
    SEND,
    { input: { roomId, clientMessageId: randomUUID(), text: 'hi', ...more } },
    as(who),
  );
const REPORT = `mutation ($id: ID!) { reportMessage(messageId: $id, reason: FRAUD) { report { id } ${FAILURES} } }`;
const DECIDE = `mutation ($id: ID!) { decideReport(reportId: $id, outcome: AUTHOR_BANNED) { ${FAILURES} } }`;
const BAN = `mutation ($roomId: ID!, $userId: ID!) { banFromRoom(roomId: $roomId, userId: $userId) { ${FAILURES} } }`;

const INBOX = `subscription { inboxEvents { __typename
  ... on RoomRequested { room { id requestedBy { id } } } ... on RoomAdded { room { id } } ... on RoomRemoved { roomId } } }`;
const watch = async (who: string) => {
  const stream = await chat.subscribe(INBOX, {}, as(who));
  await stream.atLeast(1);
  return stream;
};

test('somebody a stranger writes to can read it and decide; until then nothing of theirs changes or is announced', async () => {
  await using inbox = await watch('bo');
  const id = await chat.openDirect('ada', 'bo');
  const { id: messageId } = await chat.send('ada', id, 'hello');
  await inbox.atLeast(2);
  expect(inbox.items.at(-1)?.data.inboxEvents).toEqual({
    __typename: 'RoomRequested',
    room: { id, requestedBy: { id: userIdOf('ada') } },
  });
  expect(await listsOf('bo')).toEqual({ rooms: [], asked: [id], unread: 0 });
  expect(await seen('bo', id)).toMatchObject({
    ...{
      viewerMembership: 'REQUESTED',
      viewerCan: ['READ', 'ANSWER_REQUEST'],
      participantCount: 1,
    },
    messages: { edges: [{ node: { text: 'hello' } }] },
  });
  for (const refused of [
    await write('bo', id),
    await chat.execute(REACT, { id: messageId, emoji: '👍', on: true }, as('bo')),
    await chat.execute(MARK_READ, { roomId: id, upTo: 1 }, as('bo')),
  ]) {
    expect(codesOf(refused)).toEqual(['ROOM_NOT_JOINED']);
  }
  await expect(chat.follow('bo', id)).rejects.toThrow('ROOM_NOT_JOINED');
  // Nobody else answers for them, nor sees the room.
  expect(codesOf(await answer('ada', id, 'DECLINE'))).toEqual(['ROOM_REQUEST_NOT_FOUND']);
  expect(codesOf(await answer('cy', id, 'ACCEPT'))).toEqual(['ROOM_NOT_FOUND']);
  const accepted = (await answer('bo', id, 'ACCEPT')).data.answerRoomRequest.room;
  expect(accepted).toMatchObject({
    viewerMembership: 'JOINED',
    requestedBy: null,
    participantCount: 2,
  });
  expect(await listsOf('bo')).toEqual({ rooms: [id], asked: [], unread: 0 });
  expect(codesOf(await write('bo', id))).toEqual([]);
  // An answer that is given again changes nothing; another one comes too late.
  expect(codesOf(await answer('bo', id, 'ACCEPT'))).toEqual([]);
  expect(codesOf(await answer('bo', id, 'DECLINE'))).toEqual(['ROOM_REQUEST_NOT_FOUND']);
  // Whoever has answered is no stranger any more.
  const next = await chat.createRoom('ada', {
    kind: 'PRIVATE',
    name: 'x',
    participantIds: [userIdOf('bo')],
  });
  expect(await listsOf('bo')).toMatchObject({ rooms: [next, id], asked: [] });
});

test('nobody can accept a request to a room that was closed meanwhile, but they can decline it', async () => {
  const asked = ['bo', 'cy', 'dee'].map(userIdOf);
  const id = await chat.createRoom('hal', { kind: 'PRIVATE', name: 'Over', participantIds: asked });
  await chat.ask(ARCHIVE, { id }, 'hal');
  for (const who of ['bo', 'cy']) {
    expect(codesOf(await answer(who, id, 'ACCEPT'))).toEqual(['ROOM_ARCHIVED']);
    expect((await seen(who, id)).viewerMembership).toBe('REQUESTED');
  }
  expect(codesOf(await answer('bo', id, 'DECLINE'))).toEqual([]);
  expect(codesOf(await answer('cy', id, 'BLOCK'))).toEqual([]);
  await chat.ask(BLOCK, { id: userIdOf('hal'), on: false }, 'cy');
  expect((await seen('hal', id)).participantCount).toBe(1);
});

test('a stranger can send only a few messages, however fast, and cannot tell whether they were declined or blocked', async () => {
  const open = async (who: string) => chat.openDirect('cy', who);
  const rooms = {
    waiting: await open('dee'),
    declined: await open('eve'),
    blocked: await open('flo'),
  };
  expect(codesOf(await answer('eve', rooms.declined, 'DECLINE'))).toEqual([]);
  expect(codesOf(await answer('flo', rooms.blocked, 'BLOCK'))).toEqual([]);
  await chat.ask(BLOCK, { id: userIdOf('cy'), on: true }, 'gil');
  const before = await open('gil');
  const outcomes = await Promise.all(
    [...Object.values(rooms), before].map(async (id) => {
      const said = (await Promise.all(Array.from({ length: 8 }, () => write('cy', id)))).map(
        codesOf,
      );
      const reply = { threadOfId: (await seen('cy', id)).messages.edges[0].node.id };
      const { viewerMembership, participantCount, viewerCan } = await seen('cy', id);
      const again = codesOf(await chat.execute(OPEN_DIRECT, { userIds: [] as string[] }, as('cy')));
      return {
        said: said.sort(),
        reply: codesOf(await write('cy', id, reply)),
        viewerMembership,
        participantCount,
        viewerCan,
        again,
      };
    }),
  );
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  expect(outcomes[0]?.said.filter((codes) => codes.length === 0)).toHaveLength(5);
  expect(outcomes[0]?.said.at(-1)).toEqual(['CONTACT_REFUSED']);
  expect(outcomes[0]?.reply).toEqual(['CONTACT_REFUSED']);
  // Opened again, it is the same room, and nobody is asked once more.
  expect(await open('eve')).toBe(rooms.declined);
  for (const who of ['eve', 'flo', 'gil']) {
    expect(await listsOf(who)).toMatchObject({ rooms: [], asked: [] });
  }
  for (const [who, id] of [
    ['eve', rooms.declined],
    ['flo', rooms.blocked],
    ['gil', before],
  ] as const) {
    expect(await seen(who, id)).toBeNull();
  }
  expect((await listsOf('dee')).asked).toEqual([rooms.waiting]);
});

test('strangers are always asked before they are in a private room, and a withdrawn request is over', async () => {
  await using inbox = await watch('hal');
  const participantIds = [userIdOf('hal')];
  const created = await chat.createRoom('dee', { kind: 'PRIVATE', name: 'New', participantIds });
  const added = await chat.createRoom('dee', { kind: 'PRIVATE', name: 'Old' });
  await chat.ask(ADD, { roomId: added, userIds: participantIds }, 'dee');
  expect(new Set((await listsOf('hal')).asked)).toEqual(new Set([created, added]));
  await inbox.atLeast(3);
  // Asked again, nothing is told twice.
  await chat.ask(ADD, { roomId: added, userIds: participantIds }, 'dee');
  await chat.ask(REMOVE, { roomId: created, userId: userIdOf('hal') }, 'dee');
  await inbox.atLeast(4);
  expect(inbox.items.at(-1)?.data.inboxEvents).toEqual({
    __typename: 'RoomRemoved',
    roomId: created,
  });
  expect(codesOf(await answer('hal', created, 'ACCEPT'))).toEqual(['ROOM_NOT_FOUND']);
  // Of ten answers at once one comes first.
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      answer('hal', added, index % 2 ? 'ACCEPT' : 'DECLINE'),
    ),
  );
  const isIn = (await seen('hal', added))?.viewerMembership === 'JOINED';
  const done = answers.filter((given) => codesOf(given).length === 0);
  expect(done).toHaveLength(isIn ? 5 : 1);
});

test('somebody who declined can open the room themselves, and the request of somebody who left is over', async () => {
  await chat.register('ivy', 'joe', 'kim');
  const id = await chat.openDirect('ivy', 'joe');
  expect(codesOf(await answer('joe', id, 'DECLINE'))).toEqual([]);
  expect(await chat.openDirect('joe', 'ivy')).toBe(id);
  expect(await listsOf('joe')).toMatchObject({ rooms: [id], asked: [] });
  expect(codesOf(await write('ivy', id))).toEqual([]);
  // A private room in which nobody else has agreed to be takes a few messages, too.
  const own = await chat.createRoom('joe', {
    kind: 'PRIVATE',
    name: 'Mine',
    participantIds: [userIdOf('ivy')],
  });
  expect(codesOf(await answer('ivy', own, 'ACCEPT')).length).toBeLessThan(2);
  const room = await chat.createRoom('ivy', {
    kind: 'PRIVATE',
    name: 'Buy now',
    participantIds: [userIdOf('kim')],
  });
  const said = (await Promise.all(Array.from({ length: 8 }, () => write('ivy', room)))).map(
    codesOf,
  );
  expect(said.filter((codes) => codes.length === 0)).toHaveLength(5);
  const NAMES = `SELECT payload FROM event_record WHERE type = 'chat.RoomRequested'`;
  expect(JSON.stringify(await sql(chat, NAMES))).not.toContain('Buy now');
  await chat.ask(LEAVE, { id: room }, 'ivy');
  expect(await listsOf('kim')).toMatchObject({ asked: [] });
  expect(codesOf(await answer('kim', room, 'ACCEPT'))).toEqual(['ROOM_NOT_FOUND']);
});

test.each(['banned', 'removed', 'banned for what they said'])(
  'somebody who is %s does not come back by accepting a waiting request',
  async (how) => {
    const [dee, eve] = ['dee', 'eve'].map(userIdOf);
    const roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: `Whoever is ${how}` });
    for (const who of ['dee', 'eve', 'flo']) await chat.ask(JOIN, { id: roomId }, who);
    const { id } = await chat.send('eve', roomId, 'Send me your savings');
    const { reportMessage } = await chat.ask(REPORT, { id }, 'flo');
    await chat.ask(LEAVE, { id: roomId }, 'eve');
    await sql(
      chat,
      `INSERT INTO room_request (room_id, user_id, requested_by, requested_at) VALUES ($1, $2, $3, now())`,
      [roomId, eve, dee],
    );
    expect((await seen('eve', roomId)).viewerMembership).toBe('REQUESTED');
    const shut: Record<string, () => Promise<unknown>> = {
      banned: () => chat.ask(BAN, { roomId, userId: eve }, 'ada'),
      removed: () => chat.ask(REMOVE, { roomId, userId: eve }, 'ada'),
      'banned for what they said': () => chat.ask(DECIDE, { id: reportMessage.report.id }, 'ada'),
    };
    await shut[how]?.();
    expect((await seen('eve', roomId)).viewerMembership).toBe('BANNED');
    expect(codesOf(await answer('eve', roomId, 'ACCEPT'))).toEqual(['ROOM_REQUEST_NOT_FOUND']);
    expect(codesOf(await chat.execute(JOIN, { id: roomId }, as('eve')))).toEqual(['ROOM_BANNED']);
  },
);

test('somebody whose request waits cannot write more by editing, whatever system messages there are', async () => {
  await chat.register('ivy', 'jon');
  const roomId = await chat.createRoom('ada', {
    ...{ kind: 'PRIVATE', name: 'Alone', participantIds: [userIdOf('ivy')] },
  });
  const change = (topic: string) => chat.ask(UPDATE, { input: { id: roomId, topic } }, 'ada');
  await answer('ivy', roomId, 'ACCEPT');
  // What the room told before their words is none of theirs, and neither is what it tells after them.
  for (const topic of ['A', 'B', 'C']) await change(topic);
  const sent = [];
  for (let n = 0; n < 7; n += 1) sent.push(await chat.send('ada', roomId, `${n}`));
  const [fifth, sixth] = [sent[4]?.id ?? '', sent[5]?.id ?? ''];
  const reply = await chat.send('ada', roomId, 'beside', { threadOfId: sent[0]?.id });
  await chat.ask(LEAVE, { id: roomId }, 'ivy');
  await chat.ask(ADD, { roomId, userIds: [userIdOf('jon')] }, 'ada');
  expect((await seen('jon', roomId)).viewerMembership).toBe('REQUESTED');
  for (const topic of ['D', 'E', 'F', 'G']) await change(topic);
  const edit = async (messageId: string) =>
    codesOf(await chat.execute(EDIT, { input: { messageId, text: 'else' } }, as('ada')));
  const react = async (id: string) =>
    codesOf(await chat.execute(REACT, { id, emoji: '👍', on: true }, as('ada')));
  for (const say of [edit, react]) {
    expect(await say(fifth)).toEqual([]);
    for (const id of [sixth, reply.id]) expect(await say(id)).toEqual(['CONTACT_REFUSED']);
  }
});
