import { createHash } from 'node:crypto';
import { viewerIdOf } from '@souk/runtime/domain';
import { FOUND_FIRST, SEARCH_VERSION } from '@souk/runtime/search';
import { as, userIdOf } from '@souk/testkit';
import { expectNoOverread, GROWTH, grownId, grownIdSql } from '@souk/testkit/growth';
import { retention } from '../src/persistence/retention.ts';
import { startUsers } from './accounts.ts';

const { rows } = GROWTH;
const IDA = userIdOf('ida');

const FILL = [
  `INSERT INTO account (id, username, email, email_canonical, display_name, password_hash,
     password_changed_at, created_at, search, search_version)
   SELECT ${grownIdSql('usr', 'n')}, 'user' || n, 'user' || n || '@example.org',
     'user' || n || '@example.org', 'Person ' || n, '$argon2id$v=19$none', now(), now(),
     array_to_tsvector(ARRAY['user' || n, 'person', n::text]), ${SEARCH_VERSION}
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

expectNoOverread('users', {
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
    },
    // And one more, by which it is known that there are.
    mostFound: FOUND_FIRST + 1,
  },
  viewer: as('ida', 'ADMIN'),
  rules: retention,
  reads: 9,
});
