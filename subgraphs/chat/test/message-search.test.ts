import { newId } from '@souk/runtime/domain';
import { as, sql, until, userIdOf } from '@souk/testkit';
import { describeSearch } from '@souk/testkit/search-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { threadIdOf } from '../src/domain/thread.ts';
import { codesOf, DELETE, EDIT, JOIN, REMOVE, startChat, type TestChat } from './chat.ts';

const FIND = `query ($query: String!, $filter: MessageFilter, $first: Int, $after: String) {
  searchMessages(query: $query, filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor } edges { highlights { start length } node { id text } } } }`;

describe('by words as all searches cut them', () => {
  let chat: TestChat;
  let roomId = '';
  describeSearch({
    start: async () => {
      chat = await startChat({ people: ['ada'] });
      roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Words' });
      return chat;
    },
    table: 'message',
    add: async (_, text) => {
      await chat.send('ada', roomId, text);
    },
    find: async (_, query) => {
      const { searchMessages } = await chat.ask(FIND, { query }, 'ada');
      return searchMessages.edges.map(({ node }: { node: { text: string } }) => node.text);
    },
  });
});

test('words from when rooms stood among them are made anew', async () => {
  await using chat = await startChat({ people: ['ada'] });
  const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Old' });
  await chat.send('ada', roomId, 'said long ago');
  await sql(
    chat,
    `UPDATE message SET search = search || array_to_tsvector(ARRAY[room_id]), search_version = 1`,
    [],
  );
  const found = async (query: string) =>
    (await chat.ask(FIND, { query }, 'ada')).searchMessages.edges.length;
  expect([await found('room'), await found('long')]).toEqual([1, 1]);
  const worker = chat.subgraph.startWorker();
  try {
    await until(async () => (await found('room')) === 0);
  } finally {
    await worker.close();
  }
  expect(await found('long')).toBe(1);
});

describe('in rooms that one may read', () => {
  let chat: TestChat;
  beforeAll(async () => {
    chat = await startChat();
  });
  afterAll(() => chat[Symbol.asyncDispose]());

  const find = async (query: string, who: string, variables: object = {}) =>
    (await chat.ask(FIND, { query, ...variables }, who)).searchMessages;
  const texts = async (query: string, who: string, variables: object = {}) =>
    (await find(query, who, variables)).edges.map(
      ({ node }: { node: { text: string } }) => node.text,
    );
  const room = (kind: string, ...names: string[]) =>
    chat.createRoom('ada', { kind, name: 'Parlour', participantIds: names.map(userIdOf) });

  test('search finds present texts with positions, and nothing that the viewer may not read', async () => {
    const roomId = await room('PRIVATE', 'bo');
    const { id } = await chat.send('ada', roomId, 'The blue kettle');
    await chat.send('ada', roomId, 'a reply of kettles', { threadOfId: id });
    expect(await texts('kettle', 'bo')).toEqual(['a reply of kettles', 'The blue kettle']);
    expect((await find('blue', 'bo')).edges[0].highlights).toEqual([{ start: 4, length: 4 }]);
    expect(await texts('kettle', 'cy')).toEqual([]);
    expect(await texts('kettle', 'cy', { filter: { roomIds: [roomId] } })).toEqual([]);
    await chat.ask(EDIT, { input: { messageId: id, text: 'The red teapot' } }, 'ada');
    expect(await texts('blue', 'bo')).toEqual([]);
    expect(await texts('teapot', 'bo')).toEqual(['The red teapot']);
    await chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
    expect(await texts('teapot', 'bo')).toEqual([]);
    await chat.ask(DELETE, { id }, 'ada');
    expect(await texts('teapot', 'ada')).toEqual([]);
    expect(await texts(roomId, 'ada')).toEqual([]);
  });

  test('a public room is searched for its participants, and for viewers who name it', async () => {
    const roomId = await room('PUBLIC');
    await chat.send('ada', roomId, 'marketplace gossip');
    expect(await texts('gossip', 'cy')).toEqual([]);
    expect(await texts('gossip', 'cy', { filter: { roomIds: [roomId] } })).toHaveLength(1);
    await chat.ask(JOIN, { id: roomId }, 'cy');
    expect(await texts('gossip', 'cy')).toHaveLength(1);
  });

  test('a search can be limited to a thread and to messages that share a thing', async () => {
    const roomId = await room('PRIVATE', 'bo');
    const { id } = await chat.send('ada', roomId, 'gramophone');
    const reply = await chat.send('bo', roomId, 'gramophone, too', { threadOfId: id });
    const product = newId('prd');
    await chat.send('bo', roomId, 'gramophone for sale', { embedEntityIds: [product] });
    const threadId = threadIdOf(id);
    expect(await texts('gramophone', 'ada', { filter: { threadId } })).toEqual(['gramophone, too']);
    expect(await texts('gramophone', 'ada', { filter: { entityId: product } })).toEqual([
      'gramophone for sale',
    ]);
    for (const filter of [
      ...[{ threadId: newId('thr') }, { threadId: reply.id }, { entityId: newId('prd') }],
      ...[{ threadId: 'x' }, { threadId, entityId: product }],
    ]) {
      expect(await texts('gramophone', 'ada', { filter })).toEqual([]);
    }
    // Of what one may not read neither says that it is there.
    for (const filter of [{ threadId }, { entityId: product }]) {
      expect(await texts('gramophone', 'cy', { filter })).toEqual([]);
    }
  });

  test('narrowed by author and time, page by page, newest first', async () => {
    const roomId = await room('PRIVATE', 'bo');
    for (let count = 1; count <= 5; count += 1) {
      await chat.send(count % 2 ? 'ada' : 'bo', roomId, `lantern ${count}`);
    }
    expect(await texts('lantern', 'ada', { filter: { authorIds: [userIdOf('bo')] } })).toEqual([
      'lantern 4',
      'lantern 2',
    ]);
    const future = new Date(Date.now() + 60_000).toISOString();
    expect(await texts('lantern', 'ada', { filter: { since: future } })).toEqual([]);
    expect(await texts('lantern', 'ada', { filter: { until: future } })).toHaveLength(5);
    const pages = [];
    for (let after: string | null = null; ; ) {
      const { edges, pageInfo } = await find('lantern', 'ada', { first: 2, after });
      pages.push(edges.map(({ node }: { node: { text: string } }) => node.text));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(pages.flat()).toEqual([5, 4, 3, 2, 1].map((count) => `lantern ${count}`));
    const ids = Array.from({ length: 51 }, () => roomId);
    const tooMany = await chat.execute(FIND, { query: 'x', filter: { roomIds: ids } }, as('ada'));
    expect(codesOf(tooMany)).toEqual(['BAD_USER_INPUT']);
  });
});
