import { openClient } from '@souk/runtime/postgres';
import { createSearchIndex, SEARCH_VERSION } from '@souk/runtime/search';
import { createLatencies } from '../fanout/clients/latencies.ts';
import type { SoukTalk } from './souk.ts';

const PAGE = `query ($id: ID!, $first: Int, $last: Int, $around: MessageAnchor) { room(id: $id) {
  messages(first: $first, last: $last, around: $around) { edges { node { sequence } } } } }`;
const FIND = `query ($id: ID!, $query: String!) {
  searchMessages(query: $query, filter: { roomIds: [$id] }, first: 20) { edges { node { sequence } } } }`;
const ROUNDS = 100;

export interface Look {
  readonly name: string;
  readonly found: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Reads a room with this many messages, the last of which its author posts. */
export async function readBigRoom(
  { account, roomIds, say }: SoukTalk,
  databaseUrl: string,
  messages: number,
): Promise<Look[]> {
  const [id = ''] = roomIds;
  await fill(databaseUrl, id, messages);
  for (const word of ['penguin', 'albatross']) await say(0, `And then came a ${word}`);
  const anywhere = () => 1 + Math.floor(Math.random() * messages);
  const page = async (variables: object) =>
    (await account.ask(PAGE, { id, ...variables })).room.messages.edges.length;
  const find = async (query: string) =>
    (await account.ask(FIND, { id, query })).searchMessages.edges.length;
  return [
    await look('the newest page', () => page({ last: 50 })),
    await look('the first page', () => page({ first: 50 })),
    await look('a page around any message', () =>
      page({ first: 50, around: { sequence: anywhere() } }),
    ),
    await look('a page around any moment', () =>
      page({ first: 50, around: { at: new Date(START + anywhere() * STEP_MS).toISOString() } }),
    ),
    await look('a word of one message', () => find('albatross')),
    await look('a word of one in a thousand', () =>
      find(`rare${Math.floor(Math.random() * RARE)}`),
    ),
    await look('a word of every message', () => find('harbour')),
    await look('a word of no message', () => find('iceberg')),
  ];
}

/** One after the other, after a few that do not count. */
async function look(name: string, read: () => Promise<number>): Promise<Look> {
  const latencies = createLatencies();
  let found = 0;
  for (let round = -10; round < ROUNDS; round += 1) {
    const from = performance.now();
    found = await read();
    if (round >= 0) latencies.add(performance.now() - from);
  }
  return { name, found, p50Ms: latencies.percentile(0.5), p99Ms: latencies.percentile(0.99) };
}

const START = Date.UTC(2026, 0, 1);
const STEP_MS = 1_000;
const RARE = 1_000;
const FIRST_WORD = 'rare0';

/** Straight into the table, with the words that chat would make of such texts, as saying them would take hours. */
async function fill(connectionString: string, roomId: string, messages: number): Promise<void> {
  const text = `boats in the harbour ${FIRST_WORD}`;
  const words = createSearchIndex<{ id: string; text: string }>({} as never, {
    table: 'message',
    indexed: 'search IS NOT NULL',
    columns: 'id, text',
    textsOf: (row) => [[row.text, 'A']],
  }).vectorOf({ id: '', text });
  const client = openClient({ connectionString });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO message
         (id, room_id, sequence, event_sequence, author_id, text, sent_at, search, search_version)
       SELECT 'msg_01g' || lpad(n::text, 23, '0'), r.id, r.last_sequence + n, r.last_sequence + n,
         r.created_by, replace($3, $5, said.word), $6::timestamptz + n * $7 * interval '1 millisecond',
         replace($4, $5, said.word)::tsvector, $8
       FROM room r, generate_series(1, $2::int) n, LATERAL (SELECT 'rare' || n % $9::int AS word) said
       WHERE r.id = $1`,
      [
        ...[roomId, messages, text, words, FIRST_WORD, new Date(START), STEP_MS],
        ...[SEARCH_VERSION, RARE],
      ],
    );
    await client.query(
      'UPDATE room SET last_sequence = last_sequence + $2, last_message_at = now() WHERE id = $1',
      [roomId, messages],
    );
    await client.query(
      `UPDATE event_stream SET sequence = sequence + $2 WHERE stream = 'room:' || $1`,
      [roomId, messages],
    );
    // As autovacuum would by then.
    await client.query('VACUUM ANALYZE message');
  } finally {
    await client.end();
  }
}
