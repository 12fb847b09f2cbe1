import { firstIdAt } from '@souk/runtime/domain';
import { databasePool } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { SEARCH_VERSION } from '@souk/runtime/search';
import { userIdOf } from '@souk/testkit';
import { recordStatements } from '@souk/testkit/growth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { threadIdOf } from '../src/domain/thread.ts';
import { createClient } from '../src/persistence/client.ts';
import { createMessageSearch, messageIndex } from '../src/persistence/message-search.ts';
import { startChat, type TestChat } from './chat.ts';

const FIND = `query ($query: String!, $filter: MessageFilter, $first: Int, $after: String) {
  searchMessages(query: $query, filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { id } } } }`;

/** Messages of each room, and how many other things its stream tells between two of them. */
const ROOMS = [
  { messages: 12_000, between: 1 },
  { messages: 900, between: 0 },
  { messages: 30, between: 40 },
];
const START = Date.UTC(2026, 0, 1);

interface Said {
  id: string;
  room: number;
  author: string;
  root: string | null;
  words: readonly string[];
  at: number;
  place: number;
}

let chat: TestChat;
let said: Said[] = [];
const roomIds: string[] = [];

const atOf = (room: number, index: number): number =>
  START + Math.floor((index * 12_000_000) / (ROOMS[room]?.messages ?? 1));

const idOf = (room: number, index: number): string => {
  const made = new Date(atOf(room, index) + ((index * 7) % 20) * 900);
  return firstIdAt('msg', made).slice(0, -8) + String(room * 100_000 + index).padStart(8, '0');
};

/** Ids are made in another order than they are posted, and the rooms talk at the same time. */
function sayAll(): Said[] {
  return ROOMS.flatMap(({ messages, between }, room) =>
    Array.from({ length: messages }, (_, index) => {
      const at = atOf(room, index);
      return {
        ...{ id: idOf(room, index), room, at },
        author: userIdOf(index % 997 === 3 ? 'bo' : 'ada'),
        root: index % 50 === 49 && index > 400 ? idOf(room, 400) : null,
        words: ['all', `rare${index % 800}`, index % 2 ? 'odd' : 'even', `old${index < 40}`],
        place: 1 + index * (1 + between),
      };
    }),
  );
}

beforeAll(async () => {
  chat = await startChat();
  for (const _ of ROOMS) {
    roomIds.push(await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Large' }));
  }
  said = sayAll();
  const index = messageIndex({} as never);
  const client = openClient(databasePool(chat.databaseUrl));
  await client.connect();
  const rows = said.map(({ id, room, author, root, words, at, place }, sequence) => ({
    ...{ id, room_id: roomIds[room], author_id: author, thread_root_id: root },
    ...{ sequence: sequence + 1_000, event_sequence: place + 10, sent_at: new Date(at) },
    ...{ text: words.join(' '), search: index.vectorOf({ id, text: words.join(' ') }) },
  }));
  await client.query(
    `INSERT INTO message (id, room_id, sequence, event_sequence, author_id, thread_root_id, text, sent_at, search, search_version)
     SELECT id, room_id, sequence, event_sequence, author_id, thread_root_id, text, sent_at, search::tsvector, $2
     FROM jsonb_to_recordset($1::jsonb) AS said (id text, room_id text, sequence int, event_sequence bigint, author_id text,
       thread_root_id text, text text, sent_at timestamptz, search text)`,
    [JSON.stringify(rows), SEARCH_VERSION],
  );
  await client.query('ANALYZE message');
  await client.end();
});
afterAll(() => chat[Symbol.asyncDispose]());

/** All pages, or some, each with what PostgreSQL was asked for it. */
async function pagesOf(
  query: string,
  filter: object = {},
  { first = 100, most = Number.POSITIVE_INFINITY } = {},
) {
  const pages: { ids: string[]; statements: number }[] = [];
  for (let after: string | null = null; ; ) {
    let page:
      | { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
      | undefined;
    const sent = await recordStatements(async () => {
      page = (await chat.ask(FIND, { query, filter, first, after }, 'ada')).searchMessages;
    });
    if (!page) throw new Error('No page.');
    pages.push({ ids: page.edges.map(({ node }) => node.id), statements: sent.length });
    if (!page.pageInfo.hasNextPage || pages.length === most) return pages;
    expect(page.pageInfo.endCursor).not.toBe(after);
    after = page.pageInfo.endCursor;
  }
}

const newestFirst = (having: (one: Said) => boolean) =>
  said
    .filter(having)
    .map(({ id }) => id)
    .sort()
    .reverse();

const CASES: [string, () => object, string, (one: Said) => boolean][] = [
  ['a word of every message', () => ({}), 'all', () => true],
  ['a word of one in hundreds', () => ({}), 'rare7', ({ words }) => /^rare7/.test(words[1] ?? '')],
  ['a word that was common once', () => ({}), 'oldtrue', ({ words }) => words[3] === 'oldtrue'],
  [
    'common words and a rare one, in a single room',
    () => ({ roomIds: [roomIds[0]] }),
    'all even rare78',
    ({ room, words }) => room === 0 && /^rare78/.test(words[1] ?? '') && words[2] === 'even',
  ],
  [
    'a common word of somebody who says little',
    () => ({ authorIds: [userIdOf('bo')] }),
    'all',
    ({ author }) => author === userIdOf('bo'),
  ],
  [
    'a common word in a thread',
    () => ({ threadId: threadIdOf(said.find(({ root }) => root)?.root ?? '') }),
    'all',
    ({ root }) => root !== null && root === said.find((one) => one.root)?.root,
  ],
  [
    'a common word of some hours',
    () => ({ since: new Date(START + 3_000_000), until: new Date(START + 5_000_000) }),
    'all',
    ({ at }) => at >= START + 3_000_000 && at < START + 5_000_000,
  ],
];

test.each(CASES)(
  '%s is found on all pages together, once and in order',
  async (_, filter, query, having) => {
    const pages = await pagesOf(query, filter());
    const expected = newestFirst(having);
    expect(expected.length).toBeGreaterThan(0);
    expect(pages.flatMap(({ ids }) => ids)).toEqual(expected);
  },
);

test('words that are common and never meet are looked for page by page, each looking at a bounded number', async () => {
  const pages = await pagesOf('even odd', { roomIds: [roomIds[0]] });
  expect(pages.flatMap(({ ids }) => ids)).toEqual([]);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.length).toBeLessThan(5);
});

test('a page takes a few statements, however much is searched', async () => {
  for (const query of ['all', 'rare7', 'even odd', 'iceberg']) {
    const pages = await pagesOf(query, {}, { first: 20, most: 3 });
    const counted = pages.map(({ statements }) => statements);
    expect(Math.max(...counted)).toBeLessThanOrEqual(6);
  }
});

test('history that is hidden from a newcomer is hidden in every searched part', async () => {
  const [roomId = ''] = roomIds;
  const client = openClient(databasePool(chat.databaseUrl));
  await client.connect();
  try {
    const hide = (upTo: number) =>
      client.query('UPDATE participant SET hidden_sequence = $2 WHERE room_id = $1', [
        roomId,
        upTo,
      ]);
    await hide(20_000);
    const found = (await pagesOf('rare7', { roomIds: [roomId] })).flatMap(({ ids }) => ids);
    const rootsOf = new Map(said.map((one) => [one.id, one]));
    const isShown = (one: Said | undefined) => one !== undefined && one.place + 10 > 20_000;
    expect(found).toEqual(
      newestFirst(
        (one) =>
          one.room === 0 &&
          /^rare7/.test(one.words[1] ?? '') &&
          isShown(one) &&
          (one.root === null || isShown(rootsOf.get(one.root))),
      ),
    );
    await hide(0);
  } finally {
    await client.end();
  }
});

/** Places of a stream in a part. */
const PART = 4_096;
/** More than are looked at one by one in a room, where eight rooms are. */
const HAY = 130;
const NEEDLES = 6;

/** Messages with the time of their ids, the place in their stream, and a word. */
async function fillRooms(
  written: readonly { room: string; at: number; place: number; word: string }[],
): Promise<string[]> {
  const index = messageIndex({} as never);
  const made = written.map(({ room, at, place, word }, number) => {
    const id =
      firstIdAt('msg', new Date(START - 86_400_000 + at)).slice(0, -8) +
      String(number).padStart(8, '0');
    return { id, room_id: room, place, text: word, search: index.vectorOf({ id, text: word }) };
  });
  const client = openClient(databasePool(chat.databaseUrl));
  await client.connect();
  // Nothing here looks at the rooms themselves.
  await client.query("SET session_replication_role = 'replica'");
  await client.query(
    `INSERT INTO message (id, room_id, sequence, event_sequence, author_id, text, sent_at, search, search_version)
     SELECT id, room_id, place, place, $2, text, now(), search::tsvector, $3
     FROM jsonb_to_recordset($1::jsonb) AS said (id text, room_id text, place int, text text, search text)`,
    [JSON.stringify(made), userIdOf('ada'), SEARCH_VERSION],
  );
  await client.end();
  return made.map(({ id }) => id);
}

test('a page continues where its first results lie beyond the parts that were not searched', async () => {
  const room = 'room_with0000needles';
  const others = Array.from({ length: 7 }, (_, number) => `room_${'0'.repeat(7)}${100 + number}`);
  const elsewhere = others.map((other) => ({ room: other, place: 1, at: 1_000, word: 'hay' }));
  // The last of a part has a later id than those that begin the next, of which only the last ones are searched for.
  const displaced = Array.from({ length: HAY + NEEDLES }, (_, number) => ({
    ...{ room, place: PART + number, at: 8_000 - number * 10 },
    word: number < HAY ? 'hay' : 'needle',
  }));
  const early = [1, 2].map((place) => ({ room, place, at: 100 * place, word: 'needle' }));
  const last = { room, place: PART - 1, at: 8_500, word: 'hay' };
  const ids = await fillRooms([last, ...displaced, ...early, ...elsewhere]);
  const before = 1 + HAY;
  const behind = before + NEEDLES;
  const needles = [...ids.slice(before, behind), ids[behind + 1], ids[behind]];
  const client = createClient(chat.databaseUrl);
  const { find } = createMessageSearch(client);
  const query = {
    text: 'needle',
    rooms: [room, ...others].map((id) => ({ id, hiddenUpTo: 0 })),
    ...{ authorIds: null, since: null, until: null, hasAttachment: null, entityId: null },
    rootId: null,
  };
  try {
    const found: string[] = [];
    for (let from: string | null = `${ids[0]}0`; from !== null; ) {
      const limit = NEEDLES - 2;
      const { messages, goesOnAt } = await find(query, { from, limit });
      found.push(...messages.slice(0, limit).map(({ id }) => id));
      from = goesOnAt ?? (messages.length > limit ? (found.at(-1) ?? null) : null);
    }
    expect(found).toEqual(needles);
  } finally {
    await client.$disconnect();
  }
});
