import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { createTransactor, type EventName, type PayloadOf } from '@souk/runtime/events';
import { as, insist, testBackplane, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { postMessage } from '../src/use-cases/post-message.ts';
import {
  ARCHIVE,
  BAN,
  codesOf,
  FAILURES,
  SEND,
  type Sent,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';
import { postingUnguarded } from './mutants/posting-unguarded.ts';

// Whether something may be said is decided by what was read a moment before it gets its place; the statement that gives it
// looks whether all of that is still so.

const BLOCK = `mutation ($id: ID!, $on: Boolean!) { setBlocked(userId: $id, on: $on) { ${FAILURES} } }`;
const THREE_BEHIND = 3;
const MOST_IN_WINDOW = 20;
const WINDOW = { messagesPerWindow: MOST_IN_WINDOW, messageWindowSeconds: 3_600 };

let chat: TestChat;
let client: ReturnType<typeof createClient>;
let backplane: Awaited<ReturnType<typeof testBackplane>>;
/** Done once between the decision and the message. */
let meanwhile: (() => Promise<unknown>) | null = null;
beforeAll(async () => {
  backplane = await testBackplane();
  const { rateLimit } = backplane;
  const begun = new Set<string>();
  const consume: typeof rateLimit.consume = async (key, allowance, points) => {
    // The first use of a window is waited for; later ones are settled whenever it is time.
    const isWaitedFor = allowance.rule === 'chat.send' && !begun.has(key);
    if (isWaitedFor) begun.add(key);
    const does = isWaitedFor ? meanwhile : null;
    if (does) meanwhile = null;
    await does?.();
    return rateLimit.consume(key, allowance, points);
  };
  chat = await startChat({
    config: WINDOW,
    backplane: { ...backplane, rateLimit: { ...rateLimit, consume } },
  });
  client = createClient(chat.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await chat[Symbol.asyncDispose]();
  await backplane.close();
});

const changeRoom = (id: string, to: object) => chat.ask(UPDATE, { input: { id, ...to } }, 'ada');
const among = (kind: 'PUBLIC' | 'PRIVATE') =>
  chat.createRoom('ada', { kind, name: 'Hall', participantIds: [userIdOf('bo')] });
/** Whom Bo talks to alone: somebody else each time, since two have one room for good. */
let partner = '';
let partners = 0;
async function direct(): Promise<string> {
  partners += 1;
  partner = `partner${partners}`;
  await chat.register(partner);
  return chat.openDirect(partner, 'bo');
}

let groupId = newId('grp');
let told = 0;
/** What groups tells of the latest one that Ada owns and Bo is in, in its order. */
const groupTells = <Name extends EventName>(type: Name, payload: PayloadOf<Name>) => {
  told += 1;
  return chat.deliver(type, payload, { stream: `group:${groupId}`, sequence: told });
};
const bosMembership = () => ({
  groupId,
  memberId: `gmb${groupId.slice('grp'.length)}`,
  userId: userIdOf('bo'),
  role: 'MEMBER' as const,
});
async function roomOfGroup(): Promise<string> {
  groupId = newId('grp');
  const group = { groupId, slug: groupId, name: 'Makers', visibility: 'PRIVATE' as const };
  await groupTells('groups.GroupCreated', { ...group, ownerId: userIdOf('ada') });
  await groupTells('groups.MemberJoined', bosMembership());
  const { roomId } = await until(async () =>
    client.participant.findFirst({ where: { userId: userIdOf('bo'), room: { groupId } } }),
  );
  return roomId;
}
const muteInGroup = async () => {
  const joinedAt = new Date().toISOString();
  await groupTells('groups.MemberMuted', { ...bosMembership(), joinedAt, until: null });
  await until(
    async () => (await client.groupMembership.count({ where: { groupId, muted: true } })) > 0,
  );
};

/** What of a room speaks against a message, when it has come between. */
const CHANGES: [
  name: string,
  open: () => Promise<string>,
  change: (id: string) => Promise<unknown>,
  code: string,
][] = [
  ['is archived', () => among('PUBLIC'), (id) => chat.ask(ARCHIVE, { id }, 'ada'), 'ROOM_ARCHIVED'],
  [
    'becomes read-only',
    () => among('PUBLIC'),
    (id) => changeRoom(id, { readOnly: true }),
    'ROOM_READ_ONLY',
  ],
  [
    'becomes slow',
    () => among('PUBLIC'),
    async (id) => {
      await changeRoom(id, { slowModeSeconds: 3_600 });
      // Whoever spoke there already has to wait already.
      const input = { roomId: id, clientMessageId: randomUUID(), text: 'said just now' };
      await insist(() => chat.execute(SEND, { input }, as('bo')));
    },
    'SLOW_MODE',
  ],
  [
    'keeps its author out',
    () => among('PRIVATE'),
    (roomId) => chat.ask(BAN, { roomId, userId: userIdOf('bo') }, 'ada'),
    'NOT_FOUND',
  ],
  ['is of a group that mutes its author', roomOfGroup, muteInGroup, 'GROUP_MUTED'],
  [
    'is with who blocks its author',
    direct,
    () => chat.ask(BLOCK, { id: userIdOf('bo'), on: true }, partner),
    'CONTACT_REFUSED',
  ],
  [
    'is with whom its author blocks',
    direct,
    () => chat.ask(BLOCK, { id: userIdOf(partner), on: true }, 'bo'),
    'BLOCKED',
  ],
];

test.each(CHANGES)('nothing is said in a room that %s meanwhile', async (_, open, change, code) => {
  const roomId = await open();
  meanwhile = () => change(roomId);
  const input = { roomId, clientMessageId: randomUUID(), text: 'too late' };
  const answer = await insist(() => chat.execute(SEND, { input }, as('bo')));
  expect(codesOf(answer).join()).toContain(code);
  expect(await client.message.count({ where: { roomId, text: 'too late' } })).toBe(0);
});

test.each(CHANGES)(
  'nor in one in which its author wrote before and that %s',
  async (_, open, change, code) => {
    const roomId = await open();
    const before = await chat.statementsOf(async () => {
      await chat.send('bo', roomId, 'first');
      await chat.send('bo', roomId, 'second');
    });
    expect(before.filter((text) => text.includes('sent_id'))).toHaveLength(1);
    await change(roomId);
    const input = { roomId, clientMessageId: randomUUID(), text: 'too late' };
    const answer = await insist(() => chat.execute(SEND, { input }, as('bo')));
    expect(codesOf(answer).join()).toContain(code);
    expect(await client.message.count({ where: { roomId, text: 'too late' } })).toBe(0);
  },
);

test('a repeated message is answered with the first one, within the rate limit and beyond', async () => {
  const roomId = await among('PUBLIC');
  await chat.send('bo', roomId, 'first');
  const sent = { clientMessageId: randomUUID() };
  const once = await chat.send('bo', roomId, 'once', sent);
  for (let time = 0; time < 2 * MOST_IN_WINDOW; time += 1) {
    expect(await chat.send('bo', roomId, 'once', sent)).toEqual({ ...once, duplicate: true });
  }
  const codes: string[] = [];
  for (let time = 0; time < MOST_IN_WINDOW; time += 1) {
    const input = { roomId, clientMessageId: randomUUID(), text: 'another' };
    codes.push(codesOf(await insist(() => chat.execute(SEND, { input }, as('bo')))).join());
  }
  // What was sent again has counted for nothing.
  const left = MOST_IN_WINDOW - 2;
  expect(codes.slice(0, left).join('')).toBe('');
  expect(codes.slice(left).every((code) => code.includes('RATE_LIMITED'))).toBe(true);
  expect(await chat.send('bo', roomId, 'once', sent)).toEqual({ ...once, duplicate: true });
  const input = { roomId, ...sent, text: 'another' };
  const other = await insist(() => chat.execute(SEND, { input }, as('bo')));
  expect(codesOf(other).join()).toContain('CLIENT_MESSAGE_ID_REUSED');
  expect(await client.message.count({ where: { roomId } })).toBe(MOST_IN_WINDOW);
});

/** Of the rate at which Bo may speak there, one message was counted: all but one more are accepted. */
async function expectOneCounted(roomId: string) {
  const codes: string[] = [];
  for (let time = 0; time < MOST_IN_WINDOW; time += 1) {
    const input = { roomId, clientMessageId: randomUUID(), text: 'another' };
    codes.push(codesOf(await insist(() => chat.execute(SEND, { input }, as('bo')))).join());
  }
  expect(codes.slice(0, -1).join('')).toBe('');
  expect(codes.at(-1)).toContain('RATE_LIMITED');
}

test('nor does it count where the message is found only by reading, or a moment after the other of two', async () => {
  const roomId = await among('PUBLIC');
  const sent = { clientMessageId: randomUUID() };
  // Nothing is known yet of what Bo says there, so both are read; this one is posted first.
  const first: Sent[] = [];
  meanwhile = async () => void first.push(await chat.send('bo', roomId, 'once', sent));
  const once = await chat.send('bo', roomId, 'once', sent);
  expect(first).toEqual([{ ...once, duplicate: false }]);
  expect(once.duplicate).toBe(true);
  for (let time = 0; time < 3; time += 1) {
    // What was remembered of the room is outdated, so the answer that was lost is found by reading.
    await changeRoom(roomId, { name: `Hall ${time}` });
    expect(await chat.send('bo', roomId, 'once', sent)).toEqual(once);
  }
  await expectOneCounted(roomId);
});

test('nor does another message under an id that was used, wherever it is found out', async () => {
  const roomId = await among('PUBLIC');
  const sent = { clientMessageId: randomUUID() };
  const another = async () => {
    const input = { roomId, ...sent, text: 'another' };
    return codesOf(await insist(() => chat.execute(SEND, { input }, as('bo')))).join();
  };
  // At the unique key, a moment after the first one.
  meanwhile = async () => void (await chat.send('bo', roomId, 'once', sent));
  expect(await another()).toContain('CLIENT_MESSAGE_ID_REUSED');
  for (let time = 0; time < 3; time += 1) {
    // By reading, after it was counted for what was remembered of the room.
    await changeRoom(roomId, { name: `Hall ${time}` });
    expect(await another()).toContain('CLIENT_MESSAGE_ID_REUSED');
    // At the unique key, by what is remembered.
    expect(await another()).toContain('CLIENT_MESSAGE_ID_REUSED');
  }
  await expectOneCounted(roomId);
});

/** Whether a message is kept that was decided before its room became read-only. */
async function isKeptAfterChange(stores: (db: Parameters<typeof storesOn>[0]) => Stores) {
  const transaction = createTransactor({
    begin: (work, kind) => client.$transaction(work, { ...kind, timeout: 60_000 }),
    storesOn: stores,
    onCommitted: () => {},
  });
  const roomId = await among('PUBLIC');
  const clientMessageId = randomUUID();
  const authorId = userIdOf('bo');
  const seen = await storesOn(client).rooms.findWithSent(roomId, authorId, clientMessageId);
  if (!seen) throw new Error('not there');
  await changeRoom(roomId, { readOnly: true });
  const post = {
    id: newId('msg'),
    roomId,
    authorId,
    clientMessageId,
    text: 'late',
    replyToId: null,
  };
  const { decidedBy } = seen;
  const message = await transaction(
    (tools) => postMessage(tools, { ...post, at: new Date(), decidedBy }),
    { isOneStatement: true },
  );
  return message !== null;
}

test('the statement stores nothing if a decision was based on outdated data', async () => {
  expect(await isKeptAfterChange(storesOn)).toBe(false);
});

test('where it does not look again, something is said in a room that is read-only (mutant)', async () => {
  expect(await isKeptAfterChange((db) => postingUnguarded(storesOn(db)))).toBe(true);
});

test('posting a message marks everything as read, which the author’s devices are told once, with the message’s place', async () => {
  const roomId = await among('PRIVATE');
  for (let nth = 0; nth < THREE_BEHIND; nth += 1) await chat.send('ada', roomId, `${nth}`);
  const statements = await chat.statementsOf(() => chat.send('bo', roomId, 'answer'));
  expect(statements.filter((text) => text.includes('INSERT INTO message '))).toHaveLength(1);
  await chat.send('bo', roomId, 'and more');
  const stream = `user:${userIdOf('bo')}`;
  const told = await client.$queryRaw<{ payload: Record<string, unknown> }[]>`
    SELECT payload FROM event_record WHERE stream = ${stream} AND type = 'chat.RoomRead'
      AND payload->>'roomId' = ${roomId} ORDER BY sequence`;
  const [answer] = await client.message.findMany({ where: { roomId, text: 'answer' } });
  expect(told.map(({ payload }) => payload)).toEqual([
    { roomId, userId: userIdOf('bo'), readUpTo: Number(answer?.eventSequence) },
  ]);
  const posted = await client.$queryRaw<{ payload: Record<string, unknown> }[]>`
    SELECT payload FROM event_record WHERE stream = ${`room:${roomId}`} AND type = 'chat.MessagePosted'
      AND payload->>'messageId' = ${answer?.id}`;
  expect(posted[0]?.payload.sequence).toBe(answer?.sequence);
});
