import { createHash } from 'node:crypto';
import { viewerIdOf } from '@souk/runtime/domain';
import { databasePool } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { FOUND_FIRST, SEARCH_VERSION, WALKED } from '@souk/runtime/search';
import { as, userIdOf } from '@souk/testkit';
import {
  costOfRead,
  expectNoOverread,
  GROWTH,
  grownId,
  grownIdSql,
  recordStatements,
} from '@souk/testkit/growth';
import { expect, test } from 'vitest';
import { createAccountStore } from '../src/persistence/account-store.ts';
import { createClient } from '../src/persistence/client.ts';
import { retention } from '../src/persistence/retention.ts';
import { startUsers } from './accounts.ts';

const { rows } = GROWTH;
const IDA = userIdOf('ida');

/** The number of people with a word that only the oldest, or only the newest, have: more than are found first. */
const FAR = Math.floor((3 * rows) / 20);

const FILL = [
  `INSERT INTO account (id, username, email, email_canonical, display_name, password_hash,
     password_changed_at, created_at, search, search_version)
   SELECT ${grownIdSql('usr', 'n')}, 'user' || n, 'user' || n || '@example.org',
     'user' || n || '@example.org', 'Person ' || n, '$argon2id$v=19$none', now(), now(),
     array_to_tsvector(ARRAY['user' || n, 'person', n::text,
       CASE WHEN n <= ${FAR} THEN 'bygone' WHEN n > ${rows - FAR} THEN 'novel' ELSE 'settled' END]), ${SEARCH_VERSION}
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO account (id, username, email, email_canonical, display_name, password_hash,
     password_changed_at, created_at, search, search_version)
   VALUES ('${IDA}', 'ida', 'ida@example.org', 'ida@example.org', 'Ida', '$argon2id$v=19$none', now(), now(),
     array_to_tsvector(ARRAY['ida']), ${SEARCH_VERSION})`,
  `INSERT INTO session (id, account_id, created_at, last_seen_at, authenticated_at, expires_at)
   SELECT ${grownIdSql('ses', 'n')}, CASE WHEN n <= 50 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n')} END,
     now(), now(), now(), now() + interval '1 day'
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO address (id, account_id, name, line1, city, country, created_at)
   SELECT ${grownIdSql('adr', 'n')}, CASE WHEN n <= 50 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n')} END,
     'Person ' || n, 'Row ' || n, 'Lund', 'SE', now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO media (id, owner_id, purpose, status, storage_key, file_name, content_type, byte_size, created_at)
   SELECT ${grownIdSql('med', 'n')}, ${grownIdSql('usr', 'n')}, 'AVATAR', 'READY', 'med' || n, 'me.png',
     'image/webp', 1, now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO api_key (id, account_id, name, prefix, digest, created_at)
   SELECT ${grownIdSql('key', 'n')}, CASE WHEN n <= 50 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n')} END,
     'a key', 'souk_', sha256(n::text::bytea), now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO passkey (id, account_id, name, credential_id, public_key, counter, backed_up, created_at)
   SELECT ${grownIdSql('pky', 'n')}, CASE WHEN n <= 20 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n')} END,
     'a passkey', 'credential' || n, '', 0, false, now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO linked_identity (id, account_id, provider, subject, linked_at)
   SELECT ${grownIdSql('lid', 'n')}, CASE WHEN n <= 10 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n')} END,
     'corp', 'subject' || n, now()
   FROM generate_series(1, ${rows}) n`,
];

const filled = expectNoOverread('users', {
  start: startUsers,
  fill: FILL,
  sample: {
    ids: {
      User: [1, 2, 3].map((n) => grownId('usr', n)),
      Viewer: [viewerIdOf(IDA)],
      Address: [1, 2].map((n) => grownId('adr', n)),
      Media: [1, 2].map((n) => grownId('med', n)),
      AccountExport: [1, 2].map((n) => grownId('axp', n)),
      ApiKey: [1, 2].map((n) => grownId('key', n)),
      LinkedIdentity: [1, 2].map((n) => grownId('lid', n)),
      Passkey: [1, 2].map((n) => grownId('pky', n)),
      Session: [1, 2].map((n) => grownId('ses', n)),
    },
    values: {
      'Media.url.width': [64],
      'Query.apiKeyHolder.digest': [createHash('sha256').update('5').digest('base64url')],
      'Query.openSessions.ids': [[1, 2, 3].map((n) => grownId('ses', n))],
      'Query.user.id': [grownId('usr', 1)],
      'Query.user.username': ['user5'],
      'Query.users.query': ['user77', 'Person 77', 'user5@example.org', 'nobody', 'person'],
      'Query.usernameAvailable.username': ['user8'],
    },
    boundedPages: {
      // Whether so many have the words: as many are looked at, at most.
      'WHERE nth = $2::int': FOUND_FIRST,
      // The walk through a list for common words, which ends there.
      'stretch AS MATERIALIZED': WALKED,
    },
    // And one more, by which it is known that there are. Those with a number that begins so stand close together: where they are common, a walk does not meet them, and all are found.
    mostFound: Math.max(FOUND_FIRST + 1, rows / 50),
  },
  viewer: as('ida', 'ADMIN'),
  rules: retention,
  reads: 9,
});

/** Words of those who come last in the list, each way that it is read, and the first accounts that have them. */
const LAST = [
  ['forward', 'bygone', [FAR, FAR - 1, FAR - 2]],
  ['backward', 'novel', [1, 2, 3].map((n) => rows - FAR + n)],
] as const;

test.each(LAST)(
  'read %s, people whose word (%s) only the last have are looked for in a part of the list, and then found',
  async (direction, word, numbers) => {
    const { databaseUrl } = filled();
    const db = createClient(databaseUrl);
    const sent = await recordStatements(async () => {
      const page = { limit: 2, from: null, until: null, direction };
      const accounts = await createAccountStore(db).search(word, page);
      expect(accounts.map(({ id }) => id)).toEqual(numbers.map((n) => grownId('usr', n)));
    });
    await db.$disconnect();
    const [walk] = sent.filter(({ text }) => text.includes('stretch AS MATERIALIZED'));
    if (!walk) throw new Error('The list was not walked.');
    const client = openClient(databasePool(databaseUrl));
    await client.connect();
    const { found, looked, plan } = await costOfRead(client, walk);
    await client.end();
    expect(found, plan).toBe(FAR);
    expect(looked, plan).toBeLessThan(WALKED + FAR + 200);
  },
);
