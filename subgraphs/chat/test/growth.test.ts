import { pairId, viewerIdOf } from '@souk/runtime/domain';
import { databasePool } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { FOUND_FIRST, SEARCH_VERSION, WALKED } from '@souk/runtime/search';
import { as, userIdOf } from '@souk/testkit';
import {
  type Allowed,
  costOfRead,
  expectNoOverread,
  GROWTH,
  grownId,
  grownIdSql,
  isOverread,
  type ReadCost,
  recordStatements,
} from '@souk/testkit/growth';
import { expect, test } from 'vitest';
import { retention } from '../src/persistence/retention.ts';
import { startChat } from './chat.ts';

const { rows } = GROWTH;
/** Rooms that all messages are in; the viewer is in each of them. */
const TALKATIVE = 9;
/** Whom customers ask, each of them many. */
const SELLERS = 10;
/** The number of rooms with a word that only those have which nobody speaks in: more than are found first. */
const BYGONE = FOUND_FIRST + 100;
const room = (expression: string) => grownIdSql('room', expression);
const user = (expression: string) => grownIdSql('usr', expression);
const ADA = userIdOf('ada');

const FILL = [
  `INSERT INTO known_user (id, username, registered_at)
   SELECT ${user('n')}, 'user' || n, now() FROM generate_series(1, ${rows / 10}) n`,
  `INSERT INTO known_group (id, visibility)
   SELECT ${grownIdSql('grp', 'n')}, 'PUBLIC' FROM generate_series(0, ${rows / 1_000}) n`,
  `INSERT INTO room (id, kind, name, topic, group_id, last_sequence, last_message_at, created_at,
     search, search_version)
   SELECT ${room('n')}, (CASE WHEN n % 10 = 0 THEN 'GROUP' ELSE 'PUBLIC' END)::room_kind,
     'Room ' || n, 'About ' || md5(n::text), CASE WHEN n % 10 = 0 THEN ${grownIdSql('grp', `n % ${rows / 1_000}`)} END,
     CASE WHEN n <= ${TALKATIVE} THEN ${rows / TALKATIVE} ELSE 0 END,
     now() - n * interval '1 minute', now() - interval '1 year',
     array_to_tsvector(ARRAY['room', n::text]), ${SEARCH_VERSION}
   FROM generate_series(1, ${rows / 10}) n`,
  // Behind all others in the directory those that nobody speaks in, of which the last alone have a word.
  `INSERT INTO room (id, kind, name, last_message_at, created_at, search, search_version)
   SELECT ${room(`n + ${2 * rows}`)}, 'PUBLIC', 'Old ' || n, now() - interval '2 years' - n * interval '1 minute',
     now() - interval '9 years', array_to_tsvector(ARRAY['old', CASE WHEN n > ${WALKED} THEN 'bygone' ELSE 'settled' END]), ${SEARCH_VERSION}
   FROM generate_series(1, ${WALKED + BYGONE}) n`,
  `INSERT INTO participant (room_id, user_id, joined_at, shared_read_sequence)
   SELECT ${room('n')}, '${ADA}', now() - interval '1 day', ${rows} FROM generate_series(1, ${TALKATIVE}) n`,
  `INSERT INTO participant (room_id, user_id, joined_at)
   SELECT ${room('1 + n % 3')}, ${user('n')}, now() FROM generate_series(1, ${rows / 10}) n`,
  `INSERT INTO room_request (room_id, user_id, requested_by, requested_at)
   SELECT ${room('n + 10')}, CASE WHEN n <= 9 THEN '${ADA}' ELSE ${user('n')} END, ${user('1')}, now()
   FROM generate_series(1, ${rows / 20}) n`,
  `INSERT INTO room_ban (id, room_id, user_id, banned_by, created_at)
   SELECT ${grownIdSql('ban', 'n')}, ${room('1')}, ${user(`n + ${rows}`)}, '${ADA}', now()
   FROM generate_series(1, ${rows / 10}) n`,
  // All have one word, each a rare one, and no message has both of two that are common.
  `INSERT INTO message (id, room_id, sequence, event_sequence, author_id, text, sent_at, search, search_version)
   SELECT ${grownIdSql('msg', 'n')}, ${room(`1 + n % ${TALKATIVE}`)}, n / ${TALKATIVE} + 1,
     n / ${TALKATIVE} + 1, ${user(`1 + n % ${rows / 10}`)}, 'Message ' || md5(n::text), now(),
     array_to_tsvector(ARRAY['message', md5(n::text), 'rare' || n / 1000,
       CASE WHEN n / ${TALKATIVE} % 2 = 0 THEN 'even' ELSE 'odd' END]), ${SEARCH_VERSION}
   FROM generate_series(0, ${rows - 1}) n`,
  // A thread of each third message, and one that many replied in.
  `INSERT INTO thread (root_id, room_id, last_sequence, last_reply_at)
   SELECT ${grownIdSql('msg', 'n')}, ${room(`1 + n % ${TALKATIVE}`)},
     CASE WHEN n = 3 THEN ${rows / 10} ELSE 1 END, now() - n * interval '1 second'
   FROM generate_series(0, ${rows - 1}, 3) n`,
  `INSERT INTO message (id, room_id, thread_root_id, sequence, event_sequence, author_id, text, sent_at,
     search, search_version)
   SELECT ${grownIdSql('msg', `n + ${rows}`)}, ${room(`1 + 3 % ${TALKATIVE}`)}, ${grownIdSql('msg', '3')},
     n, n, ${user(`1 + n % ${rows / 10}`)}, 'Reply ' || md5(n::text), now(),
     array_to_tsvector(ARRAY['reply', md5(n::text)]), ${SEARCH_VERSION}
   FROM generate_series(1, ${rows / 10}) n`,
  `INSERT INTO thread_follower (root_id, user_id, following, read_sequence)
   SELECT ${grownIdSql('msg', '3 * n')}, ${user('n')}, true, 0 FROM generate_series(1, ${rows / 10}) n`,
  `INSERT INTO message_reaction (message_id, emoji, user_id, reacted_at)
   SELECT ${grownIdSql('msg', 'n')}, '👍', ${user('n % 100')}, now() FROM generate_series(0, ${rows / 10}) n`,
  `INSERT INTO message_mention (message_id, start, length, user_id, room_id, sequence)
   SELECT ${grownIdSql('msg', 'n')}, 0, 4, ${user('n % 100')}, ${room(`1 + n % ${TALKATIVE}`)}, n / ${TALKATIVE} + 1
   FROM generate_series(0, ${rows / 10}) n`,
  // Things that are shown all over, and one that everybody shows.
  `INSERT INTO message_embed (message_id, position, entity_id, room_id, is_public)
   SELECT ${grownIdSql('msg', 'n')}, 0, ${grownIdSql('prd', 'CASE WHEN n % 2 = 0 THEN 1 ELSE n END')},
     ${room(`1 + n % ${TALKATIVE}`)}, n % 3 > 0
   FROM generate_series(1, ${rows / 5}) n`,
  // Sellers whom customers ask are shown as well.
  `INSERT INTO message_embed (message_id, position, entity_id, room_id, is_public)
   SELECT ${grownIdSql('msg', 'n')}, 1, ${grownIdSql('sel', `n % ${SELLERS}`)},
     ${room(`1 + n % ${TALKATIVE}`)}, n % 3 > 0
   FROM generate_series(1, ${rows / 5}) n`,
  `INSERT INTO room (id, kind, entity_id, last_message_at, created_at)
   SELECT ${room(`n + ${rows}`)}, 'PUBLIC', ${grownIdSql('prd', 'n')}, now(), now()
   FROM generate_series(1, ${rows / 20}) n`,
  `INSERT INTO event_stream (stream, sequence)
   SELECT 'room:' || ${room('n')}, ${Math.floor(rows / TALKATIVE)} FROM generate_series(1, ${rows / 10}) n`,
  `INSERT INTO known_order (id, buyer_id)
   SELECT ${grownIdSql('ord', 'n')}, ${user('n')} FROM generate_series(1, ${rows}) n`,
  `INSERT INTO known_seller_order (id, buyer_id, seller_id)
   SELECT ${grownIdSql('sor', 'n')}, ${user('n')}, ${grownIdSql('sel', `n % ${SELLERS}`)} FROM generate_series(1, ${rows}) n`,
  `INSERT INTO known_seller (id, status, helper_ids, sequence)
   SELECT ${grownIdSql('sel', 'n')}, 'ACTIVE', ARRAY['${ADA}', ${user('n')}], 1 FROM generate_series(0, ${rows / 10}) n`,
  // A half is asked of staff, a half of sellers about parts of orders.
  `INSERT INTO support_room (room_id, order_id, seller_id, seller_order_id, asked_by)
   SELECT ${room(`n + ${rows / 20}`)}, CASE WHEN n % 2 = 1 THEN ${grownIdSql('ord', 'n')} END,
     CASE WHEN n % 2 = 1 THEN '' ELSE ${grownIdSql('sel', `n % ${SELLERS}`)} END,
     CASE WHEN n % 2 = 0 THEN ${grownIdSql('sor', 'n')} END, ${user('n')}
   FROM generate_series(1, ${rows / 20}) n`,
  // A busy hour, some minutes ago.
  `INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
   SELECT 'evt_' || n, 'room:' || ${room(`1 + n % ${TALKATIVE}`)}, n / ${TALKATIVE} + 1,
     'chat.MessagePosted', 1, '{}', now() - interval '2 minutes' - (${rows} - n) * interval '100 milliseconds'
   FROM generate_series(0, ${rows - 1 - (rows % TALKATIVE)}) n`,
];

const rooms = [1, 2, 3].map((n) => grownId('room', n));

const BOUNDS = {
  'WHERE nth = $2::int': FOUND_FIRST,
  // Whether a room has so few people that it is told who read what.
  'small AS MATERIALIZED': 600,
  // What the newest messages say of how rare each of several words is; each is looked up by its id.
  'AS counts': 128 * 5,
  // A thousand of the newest messages, and of eight rooms at first the newest that was not looked at.
  'AS unseen': 1_024 * 5 + 8 * 64,
};

const filled = expectNoOverread('chat', {
  start: () => startChat({ people: ['ada'] }),
  fill: FILL,
  sample: {
    ids: {
      Room: rooms,
      Shareable: [1, 2, 3].map((n) => grownId('prd', n)),
      Order: [1, 2, 3].map((n) => grownId('ord', n)),
      SellerOrder: [2, 4, 6].map((n) => grownId('sor', n)),
      SellerDesk: [2, 4, 6].map((n) => grownId('dsk', n)),
      Message: [1, 2, 3].map((n) => grownId('msg', n)),
      User: [1, 2, 3].map((n) => grownId('usr', n)),
      Report: [grownId('rep', 1)],
      Block: [pairId('blk', ADA, grownId('usr', 1))],
      ScheduledMessage: [grownId('sch', 1)],
      Reminder: [pairId('rmd', grownId('msg', 1), ADA)],
      Thread: [3, 6, 9].map((n) => grownId('thr', n)),
      ThreadViewerState: [3, 6, 9].map((n) => pairId('tvs', grownId('msg', n), ADA)),
      Group: [grownId('grp', 1)],
      RoomBan: [1, 2, 3].map((n) => grownId('ban', n)),
      RoomParticipant: rooms.map((room) => pairId('rpt', room, ADA)),
      RoomViewerState: rooms.map((room) => pairId('rvs', room, ADA)),
      Viewer: [viewerIdOf(ADA)],
    },
    pagesPerRow: {
      // A room with its stream's head, one's own place, role and request, and what is asked for help with in it.
      'LEFT JOIN support_room': 6 * 4,
      // Half of what is left, half of that and so on.
      'WITH RECURSIVE search (low, high)': 22 * 4,
    },
    boundedPages: BOUNDS,
    variants: {
      // Of messages that a list shows, and of those asked for by their ids.
      'small AS MATERIALIZED': 2,
      // A search for all messages, for those with a file, and for those that show a thing.
      'AS unseen': 3,
    },
    values: {
      'Query.room.id': [rooms[0]],
      'Viewer.rooms.filter': [
        { unreadOnly: true },
        { kinds: ['PUBLIC'] },
        { membership: 'REQUESTED' },
      ],
      'Query.message.id': [grownId('msg', 5)],
      'Query.reports.status': ['OPEN'],
      'Room.reports.status': ['OPEN'],
      'Query.thread.id': [grownId('thr', 3)],
      'Viewer.threads.unreadOnly': [true],
      'Thread.messages.around': [{ messageId: grownId('msg', rows + 9) }],
      'Query.searchMessages.query': [
        'message 77',
        'zzq',
        'message',
        'even odd',
        'rare7',
        'message rare7',
      ],
      'Query.searchMessages.filter': [
        { roomIds: [rooms[0]] },
        { roomIds: [rooms[0]], authorIds: [grownId('usr', 9)] },
        { threadId: grownId('thr', 3) },
        { until: new Date() },
        { since: new Date() },
        { hasAttachment: true },
        { entityId: grownId('prd', 7) },
      ],
      'Query.publicRooms.query': ['room 77', 'zzq', 'room'],
      'Room.messages.around': [
        { messageId: grownId('msg', 9) },
        { sequence: 9 },
        { at: new Date() },
        { firstUnread: true },
      ],
    },
  },
  viewer: { ...as('ada'), roles: ['MODERATOR', 'SUPPORT'] },
  rules: retention,
  reads: 22,
});

/** Ids of public rooms that are found, three pages of three, one after the other. */
async function pagesOfRooms(query: string) {
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 3; page += 1) {
    const data = await filled().ask(
      `query ($query: String, $after: String) { publicRooms(query: $query, first: 3, after: $after) {
         edges { node { id } } pageInfo { endCursor } } }`,
      { query, after },
      as('ada'),
    );
    const { edges, pageInfo } = data.publicRooms;
    ids.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
    after = pageInfo.endCursor;
  }
  return ids;
}

test('a word that only quiet rooms have is searched in a part of the directory, and then found', async () => {
  const sent = await recordStatements(async () => {
    const first = Array.from({ length: 9 }, (_, n) => grownId('room', 2 * rows + WALKED + n + 1));
    expect(await pagesOfRooms('bygone')).toEqual(first);
  });
  const client = openClient(databasePool(filled().databaseUrl));
  await client.connect();
  const costs: ReadCost[] = [];
  for (const statement of sent)
    if (/\bstretch\b/.test(statement.text)) costs.push(await costOfRead(client, statement));
  await client.end();
  const [first, ...later] = costs;
  expect(first?.found, first?.plan).toBe(BYGONE);
  expect(first?.looked, first?.plan).toBeLessThan(1.2 * WALKED + BYGONE);
  // The later ones begin right behind what has it.
  expect(later).toHaveLength(2);
  for (const { found, looked, plan } of later) {
    expect(found, plan).toBe(0);
    expect(looked, plan).toBeLessThan(200);
  }
});

/** What reads a table whole, and what is said of those statements by whose names it goes. */
const MUTANTS = {
  'a join by ranges, whose length the planner guesses': {
    text: `SELECT m.* FROM jsonb_to_recordset($1::jsonb) AS w
      (room_id text, low int, high int)
      JOIN message m ON m.room_id = w.room_id AND m.thread_root_id IS NULL
        AND m.sequence BETWEEN w.low AND w.high`,
    values: [
      JSON.stringify(
        Array.from({ length: TALKATIVE }, (_, index) => ({
          ...{ room_id: grownId('room', index + 1), low: 100, high: 104 },
        })),
      ),
    ],
  },
  'a list in each row of a table, all of whose rows are read': {
    text: `SELECT m.id FROM message m, unnest(string_to_array(m.text, ' ')) AS word WHERE word = 'nothing'`,
  },
  'a look for what a walk has not seen, through all messages': {
    text: `SELECT id AS unseen FROM message WHERE text || '' = 'nothing'`,
    allowed: { bound: BOUNDS['AS unseen'] },
  },
  'the same in order, row by row': {
    text: `SELECT id AS unseen FROM message WHERE text || '' = 'nothing' ORDER BY id LIMIT 1`,
    allowed: { bound: BOUNDS['AS unseen'] },
  },
  'a sample of all messages': {
    text: `SELECT count(*) FILTER (WHERE text || '' = 'nothing') AS counts FROM message`,
    allowed: { bound: BOUNDS['AS counts'] },
  },
  'people counted in all rooms': {
    text: `WITH small AS MATERIALIZED (SELECT room_id FROM participant GROUP BY room_id HAVING count(*) < 0)
      SELECT * FROM small`,
    allowed: { bound: BOUNDS['small AS MATERIALIZED'] },
  },
} as const satisfies Record<string, Mutant>;

interface Mutant {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly allowed?: Allowed;
}

test.each(Object.entries<Mutant>(MUTANTS))(
  '%s would be seen (mutant)',
  async (_, { text, values = [], allowed }) => {
    const client = openClient(databasePool(filled().databaseUrl));
    await client.connect();
    // A mutant reads as much as there is, for longer than a process waits.
    await client.query('SET statement_timeout = 0');
    const cost = await costOfRead(client, { text, values });
    await client.end();
    expect(isOverread(cost, allowed), cost.plan).toBe(true);
  },
);
