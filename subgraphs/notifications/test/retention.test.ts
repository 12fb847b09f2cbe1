import { pruneRows } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { createDatabase } from '@souk/testkit';
import { expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { retention } from '../src/persistence/retention.ts';
import { storesOn } from '../src/persistence/stores.ts';

/** Tables with rows for each message, order or mail, none of which a use case ever deletes. */
const GROWING = [
  'notification',
  'delivery',
  'email_message',
  'push_message',
  'sms_message',
  'room_message',
  'room_message_change',
  'settled_subject',
  'group_standing',
  'device',
  'deleted_product',
  'webhook_attempt',
  'watch',
];

test('each growing table has a retention rule that finds old rows by an index', async () => {
  await using database = await createDatabase('notifications');
  const client = openClient({ connectionString: database.url });
  await client.connect();
  // Of one table there may be several, as mails to accounts and to addresses alone.
  expect([...new Set(retention.map(({ table }) => table))].sort()).toEqual([...GROWING].sort());
  for (const { table, since } of retention) {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
       WHERE indrelid = $1::regclass AND attname = $2`,
      [table, since],
    );
    expect(rowCount, `${table}.${since}`).toBeGreaterThan(0);
  }
  await client.end();
});

test('old rows are deleted; young and unsent ones stay', async () => {
  await using database = await createDatabase('notifications');
  const db = createClient(database.url);
  await db.$executeRawUnsafe(
    `INSERT INTO email_message (id, user_id, to_address, template, parameters, status, source_id, created_at, due_at)
     SELECT id, user_id, 'a@example.test', 'welcome', '{}', status, id, now() - make_interval(days => age), now()
     FROM (VALUES ('old', 'usr_1', 'SENT', 91), ('stuck', 'usr_1', 'PENDING', 91), ('young', 'usr_1', 'SENT', 89),
       ('old_of_nobody', NULL, 'SENT', 31), ('stuck_of_nobody', NULL, 'PENDING', 91), ('young_of_nobody', NULL, 'SENT', 29))
       AS mail (id, user_id, status, age)`,
  );
  for (const rule of retention) await pruneRows(db, rule);
  const left = await db.emailMessage.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
  expect(left.map(({ id }) => id)).toEqual([
    'stuck',
    'stuck_of_nobody',
    'young',
    'young_of_nobody',
  ]);
  await db.$disconnect();
});

test('waiting mails of a long pause stay with their notices; ended ones are old after 90 days', async () => {
  await using database = await createDatabase('notifications');
  const db = createClient(database.url);
  await db.$executeRawUnsafe(
    `INSERT INTO notification (id, user_id, kind, body, source_sequence, created_at, updated_at)
     SELECT id, 'usr_1', 'SYSTEM', '', 1, at, at
     FROM (VALUES ('ntf_old', now() - interval '170 days'), ('ntf_gone', now() - interval '181 days')) AS n (id, at)`,
  );
  await db.$executeRawUnsafe(
    `INSERT INTO delivery (user_id, source_id, channel, kind, status, reason, notification_id, created_at)
     SELECT 'usr_1', n.id, channel, 'SYSTEM', status, NULL, n.id, n.created_at FROM notification n
     CROSS JOIN (VALUES ('EMAIL', 'PENDING'), ('PUSH', 'SENT')) AS d (channel, status)`,
  );
  for (const rule of retention) await pruneRows(db, rule);
  const left = await db.delivery.findMany({ select: { sourceId: true, channel: true } });
  expect(left).toEqual([{ sourceId: 'ntf_old', channel: 'EMAIL' }]);
  await db.$disconnect();
});

test('a watch of a product that there is none of goes after a month, and no other does', async () => {
  await using database = await createDatabase('notifications');
  const db = createClient(database.url);
  await db.$executeRawUnsafe(
    `INSERT INTO watch (user_id, entity_id, events, channels, created_at)
     SELECT 'usr_1', id, '{PRICE_DROP}', '{}', now() - make_interval(days => age)
     FROM (VALUES ('prd_known', 400), ('prd_of_nothing_yet', 400), ('prd_made_up', 31), ('prd_too_new', 29)) AS watched (id, age)`,
  );
  await db.$executeRawUnsafe(
    `INSERT INTO watched_variant (variant_id, product_id, title, price_minor, currency, sequence)
     VALUES ('var_1', 'prd_known', 'Bowl', 100, 'EUR', 1)`,
  );
  await db.$executeRawUnsafe(
    `INSERT INTO watched_product (product_id, seller_id, title, status, category_ids, sequence)
     VALUES ('prd_of_nothing_yet', 'sel_1', 'Bowl', 'DRAFT', '{}', 1)`,
  );
  for (const rule of retention) await pruneRows(db, rule);
  const left = await db.watch.findMany({
    select: { entityId: true },
    orderBy: { entityId: 'asc' },
  });
  expect(left.map(({ entityId }) => entityId)).toEqual([
    'prd_known',
    'prd_of_nothing_yet',
    'prd_too_new',
  ]);
  await db.$disconnect();
});

test('a device goes a month after it was registered last, as its session is over by then', async () => {
  await using database = await createDatabase('notifications');
  const db = createClient(database.url);
  const { devices } = storesOn(db);
  const days = (ago: number) => new Date(Date.now() - ago * 86_400_000);
  const register = (token: string, createdAt: Date) =>
    devices.register({
      ...{
        id: `dev_${token}`,
        userId: 'usr_1',
        platform: 'FCM',
        token,
        sessionId: 'ses_1',
        createdAt,
      },
      ...{ p256dh: null, auth: null, label: null, lastUsedAt: null },
    });
  await register('old', days(31));
  await register('renewed', days(31));
  await register('renewed', days(29));
  for (const rule of retention) await pruneRows(db, rule);
  const left = await devices.page('usr_1', { before: null, limit: 10 });
  expect(left.map(({ id }) => id)).toEqual(['dev_renewed']);
  await db.$disconnect();
});
