import { newId } from '@souk/runtime/domain';
import { as, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Message, UNTOUCHED } from '../src/domain/message.ts';
import { createJustSaid } from '../src/persistence/just-said.ts';
import { DELETE, EDIT, startChat, type TestChat } from './chat.ts';

// Who listens in the process in which something is said is shown it without reading it; only while it is still so.

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

const SHOWN = `id sequence kind text html sentAt clientMessageId revision editedAt deletedAt pinnedAt final
  author { id username } replyTo { id } thread { id } forwardedFrom { id } mentions { __typename } reactionCount`;
const LISTEN = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
  __typename ... on MessagePosted { message { ${SHOWN} } } } }`;
const READ = `query ($id: ID!) { message(id: $id) { ${SHOWN} } }`;

test('a process does not read messages again that were sent in it, however many listen there', async () => {
  const roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Here' });
  const PLAIN = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
    __typename ... on MessagePosted { message { id text author { username } } } } }`;
  const MESSAGES = 5;
  const statements = await chat.statementsOf(async () => {
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => chat.subscribe(PLAIN, { roomId }, as('bo'))),
    );
    await Promise.all(streams.map((stream) => stream.atLeast(1)));
    for (let count = 1; count <= MESSAGES; count += 1) {
      await chat.send('ada', roomId, `to all, ${count}`);
      await Promise.all(streams.map((stream) => stream.atLeast(1 + count)));
    }
    await Promise.all(streams.map((stream) => stream.stop()));
  });
  const readings = statements.filter((sql) => /FROM message m WHERE m\.id = ANY/.test(sql));
  expect(statements.filter((sql) => sql.includes('INSERT INTO message'))).toHaveLength(MESSAGES);
  // None, unless the machine stood still for so long that it was not said just now any more.
  expect(readings.length).toBeLessThan(MESSAGES);
});

test('a subscriber is shown a message exactly as a query shows it to them', async () => {
  const roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Alike' });
  const first = await chat.send('ada', roomId, 'first');
  await using stream = await chat.subscribe(LISTEN, { roomId }, as('ada'));
  await stream.atLeast(1);
  const { id: replyId } = await chat.send('ada', roomId, '**Good** morning, @bo', {
    replyToId: first.id,
  });
  const { id: growingId } = await chat.send('ada', roomId, 'And', { final: false });
  await stream.atLeast(3);
  for (const [index, id] of [replyId, growingId].entries()) {
    const { message } = await chat.ask(READ, { id }, 'ada');
    expect(stream.items[1 + index]?.data.roomEvents.message).toEqual(message);
  }
});

test('a late subscriber sees the present text, and nothing that was deleted', async () => {
  const roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Late' });
  const identity = { viewer: as('bo'), requestId: 'late' };
  const stream = await chat.subgraph.subscribe({ query: LISTEN, variables: { roomId }, identity });
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream));
  const next = async () => (await stream.next()).value.data.roomEvents;
  expect(await next()).toMatchObject({ __typename: 'CaughtUp' });
  const edited = await chat.send('ada', roomId, 'at six');
  await chat.ask(EDIT, { input: { messageId: edited.id, text: 'at seven' } }, 'ada');
  const deleted = await chat.send('ada', roomId, 'a secret');
  await chat.ask(DELETE, { id: deleted.id }, 'ada');
  expect(await next()).toMatchObject({ message: { id: edited.id, text: 'at seven' } });
  expect(await next()).toMatchObject({ __typename: 'MessageEdited' });
  expect(await next()).toMatchObject({ message: { id: deleted.id, text: null } });
  await stream.return?.();
});

test('it is read once anything newer is known of its room, or when it was a while ago', async () => {
  const message: Message = {
    ...{ id: newId('msg'), roomId: newId('room'), sequence: 3, eventSequence: 7, text: 'as said' },
    ...{ clientMessageId: null, authorId: null, replyToId: null, threadRootId: null },
    ...{ forwardedFromId: null, sentAt: new Date(), inputHash: null, ...UNTOUCHED },
  };
  const textOf = async (said: ReturnType<typeof createJustSaid>) => {
    const read = async () => [{ ...message, text: 'as read' }];
    return (await said.besides([message.id], read)).map(({ text }) => text);
  };
  let newest = 7;
  const said = createJustSaid((_, sequence) => sequence === newest);
  const trusting = createJustSaid(() => true);
  expect(await textOf(said)).toEqual(['as read']);
  for (const each of [said, trusting]) each.add(message);
  expect(await textOf(said)).toEqual(['as said']);
  newest = 8;
  expect(await textOf(said)).toEqual(['as read']);
  expect(await textOf(trusting)).toEqual(['as said']);
  await until(async () => (await textOf(trusting))[0] === 'as read');
});
