import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { as, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, failuresOf, SEND, startChat, type TestChat } from './chat.ts';
import { loggedEventsOf } from './database.ts';

let chat: TestChat;
let roomId: string;
beforeAll(async () => {
  chat = await startChat();
  roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Square' });
});
afterAll(() => chat[Symbol.asyncDispose]());

const sendAs = (who: string, input: Record<string, unknown>) =>
  chat.execute(SEND, { input: { roomId, clientMessageId: randomUUID(), ...input } }, as(who));

test('a message gets its position in the room, and its text comes back unchanged', async () => {
  const text = '<img src=x onerror=alert(1)> [x](javascript:1)\n\t👩‍💻 می‌خواهم';
  const { data } = await sendAs('ada', { text: `  ${text.replace('\n', '\r\n')} \n` });
  expect(data.sendMessage).toMatchObject({ duplicate: false, message: { text, sequence: 1 } });
  expect((await chat.send('ada', roomId, 'second')).sequence).toBe(2);
});

test('sending the same again returns the first message', async () => {
  const clientMessageId = randomUUID();
  const first = await chat.send('ada', roomId, 'once', { clientMessageId });
  const again = await chat.send('ada', roomId, 'once', { clientMessageId });
  expect(again).toMatchObject({ ...first, duplicate: true });
});

test('a client id in capitals is the same client id', async () => {
  const clientMessageId = randomUUID();
  const first = await chat.send('ada', roomId, 'once', { clientMessageId });
  const again = await chat.send('ada', roomId, 'once', {
    clientMessageId: clientMessageId.toUpperCase(),
  });
  expect(again).toMatchObject({ ...first, duplicate: true });
});

test('a message whose excerpt would end inside an emoji is sent like any other', async () => {
  for (const blanks of [1_110, 1_117, 1_118, 1_119, 1_120, 138, 139, 140]) {
    const { id } = await chat.send('ada', roomId, `a${' '.repeat(blanks)}😀`);
    expect(id).toMatch(/^msg_/);
  }
});

test('fifty sendings of one message at the same time are one message', async () => {
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Echo' });
  const clientMessageId = randomUUID();
  const sent = await Promise.all(
    Array.from({ length: 50 }, () => chat.send('ada', room, 'once', { clientMessageId })),
  );
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  expect(sent.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect((await chat.send('ada', room, 'next')).sequence).toBe(2);
});

test('the same client id for another text is refused and names the field', async () => {
  const clientMessageId = randomUUID();
  await chat.send('ada', roomId, 'one thing', { clientMessageId });
  const answer = await sendAs('ada', { text: 'another', clientMessageId });
  expect(failuresOf(answer)).toMatchObject([
    {
      __typename: 'IdempotencyMismatchError',
      code: 'CLIENT_MESSAGE_ID_REUSED',
      path: ['input', 'clientMessageId'],
    },
  ]);
});

test('two people may use the same client id, and neither learns of the other', async () => {
  const room = await chat.openDirect('ada', 'bo');
  const clientMessageId = randomUUID();
  const first = await chat.send('ada', room, 'from ada', { clientMessageId });
  const second = await chat.send('bo', room, 'from bo', { clientMessageId });
  expect(second).toMatchObject({ duplicate: false, sequence: first.sequence + 1 });
});

test.each([
  ['nothing', ''],
  ['only white space', ' \n\t\u00a0\u3000 '],
  ['only invisible characters', '\u200b\u200d\ufe0f'],
  ['4,001 characters', 'é'.repeat(4_001)],
  ['a few characters of endless marks', `a${'\u0301'.repeat(40_000)}`],
])('a text of %s is refused', async (_, text) => {
  const answer = await sendAs('ada', { text });
  expect(failuresOf(answer)).toMatchObject([
    { __typename: 'ValidationError', code: 'BAD_USER_INPUT', path: ['input', 'text'] },
  ]);
});

test('4,000 characters are counted as people count them', async () => {
  const family = '👨‍👩‍👧';
  expect((await sendAs('ada', { text: family.repeat(4_000) })).data.sendMessage.errors).toEqual([]);
  expect(codesOf(await sendAs('ada', { text: family.repeat(4_001) }))).toEqual(['BAD_USER_INPUT']);
});

test.each([
  ['NUL', 'a\0b'],
  ['half a surrogate pair', 'a\ud800'],
])('%s cannot be stored and is refused as a whole', async (_, text) => {
  expect(codesOf(await sendAs('ada', { text }))).toEqual(['BAD_USER_INPUT']);
});

test('a client id that is no UUID is refused', async () => {
  expect(codesOf(await sendAs('ada', { text: 'hi', clientMessageId: 'mine' }))).toEqual([
    'BAD_USER_INPUT',
  ]);
});

test('an answer points to a message of the same room, and only of that', async () => {
  const elsewhere = await chat.openDirect('ada', 'cy');
  const foreign = await chat.send('ada', elsewhere, 'elsewhere');
  const own = await chat.send('ada', roomId, 'question');
  const { data } = await sendAs('ada', { text: 'answer', replyToId: own.id });
  expect(data.sendMessage.errors).toEqual([]);
  for (const replyToId of [foreign.id, newId('msg'), roomId, 'x']) {
    expect(failuresOf(await sendAs('ada', { text: 'answer', replyToId }))).toMatchObject([
      { code: 'MESSAGE_NOT_FOUND', path: ['input', 'replyToId'] },
    ]);
  }
});

test('a reply to a message of another room reveals nothing about it', async () => {
  const secret = await chat.openDirect('ada', 'cy');
  const message = await chat.send('ada', secret, 'between us');
  const room = await chat.openDirect('ada', 'eve');
  const missing = newId('msg');
  const send = async (replyToId: string) => {
    const input = { roomId: room, clientMessageId: randomUUID(), text: 'x', replyToId };
    return failuresOf(await chat.execute(SEND, { input }, as('eve')));
  };
  expect(await send(message.id)).toEqual(await send(missing));
});

test('only participants may write: others get FORBIDDEN, or no room at all', async () => {
  const direct = await chat.openDirect('ada', 'bo');
  expect(codesOf(await sendAs('bo', { text: 'hi' }))).toEqual(['ROOM_NOT_JOINED']);
  expect(codesOf(await sendAs('eve', { text: 'hi', roomId: direct }))).toEqual(['ROOM_NOT_FOUND']);
  for (const id of [newId('room'), userIdOf('ada'), '', 'ROOM_X', 'a'.repeat(10_000)]) {
    expect(codesOf(await sendAs('eve', { text: 'hi', roomId: id }))).toEqual(['ROOM_NOT_FOUND']);
  }
  const nobody = await chat.execute(SEND, {
    input: { roomId, clientMessageId: randomUUID(), text: 'hi' },
  });
  expect(codesOf(nobody)).toEqual(['UNAUTHENTICATED']);
});

test('a failed mutation leaves no event', async () => {
  const before = await chat.head('ada', roomId);
  await sendAs('ada', { text: '' });
  await sendAs('bo', { text: 'not in here' });
  await sendAs('ada', { text: 'x', replyToId: newId('msg') });
  expect(await chat.head('ada', roomId)).toBe(before);
});

test('too many messages in a while are refused with the time to wait; trying again is free', async () => {
  await using slow = await startChat({
    people: ['ada', 'bo'],
    config: { messagesPerWindow: 3, messageWindowSeconds: 60 },
  });
  const room = await slow.openDirect('ada', 'bo');
  const clientMessageId = randomUUID();
  await slow.send('ada', room, 'one', { clientMessageId });
  await slow.send('ada', room, 'two');
  await slow.send('ada', room, 'three');
  const input = { roomId: room, clientMessageId: randomUUID(), text: 'four' };
  const [failure] = failuresOf(await slow.execute(SEND, { input }, as('ada')));
  expect(failure).toMatchObject({ __typename: 'RateLimitedError', code: 'RATE_LIMITED' });
  expect((failure as { retryAfterSeconds?: number }).retryAfterSeconds).toBeGreaterThan(0);
  expect((await slow.send('ada', room, 'one', { clientMessageId })).duplicate).toBe(true);
  expect((await slow.send('bo', room, 'others may go on')).sequence).toBe(4);
});

test('a character of eight units is refused or kept whole, wherever a bound or an excerpt would cut it', async () => {
  const family = '👨‍👩‍👧';
  expect(family).toHaveLength(8);
  const square = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Cut' });
  const say = (text: string) => sendAs('ada', { roomId: square, text });
  const lengths = [4_000, 140].flatMap((bound) =>
    Array.from({ length: 10 }, (_, units) => bound - units),
  );
  for (const length of lengths) {
    const text = `${'x'.repeat(length)}${family}`;
    const { data } = await say(text);
    const { message, errors } = data.sendMessage;
    expect(message?.text ?? errors[0].path).toEqual(message ? text : ['input', 'text']);
    expect(message === null).toBe(length === 4_000);
  }
  for (let units = 1; units < family.length; units += 1) {
    const text = `part ${family.slice(0, units)}`;
    const answer = await say(text);
    // Half a character is no text: a bad request, or a mistake of the form.
    const kept = answer.data?.sendMessage.message?.text;
    if (kept === undefined)
      expect(['BAD_USER_INPUT', 'TEXT_MALFORMED']).toContain(codesOf(answer)[0]);
    else expect(kept).toBe(text);
  }
  const excerpts = (await loggedEventsOf(chat, square)).flatMap(
    ({ payload }) => payload.excerpt ?? [],
  ) as string[];
  expect(excerpts.length).toBeGreaterThan(20);
  for (const excerpt of excerpts.filter((one) => one.startsWith('x'))) {
    expect(excerpt).toMatch(/^x+(?:…|👨‍👩‍👧…?)$/u);
  }
});
