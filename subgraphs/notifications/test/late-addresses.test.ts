import { newId } from '@souk/runtime/domain';
import { EVENTS, startRelay } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { createEarlierDatabase, sql, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startNotifications } from './inbox.ts';

test('addresses confirmed before they were kept are known after the migration', async () => {
  await using users = await createEarlierDatabase('users', '20261126064500');
  const usersDatabase = { databaseUrl: users.url };
  const [ada, bo, cy, dee] = Array.from({ length: 4 }, () => newId('usr')) as [
    string,
    string,
    string,
    string,
  ];
  const account = (id: string, name: string, verified: boolean, deleted = false) =>
    sql(
      usersDatabase,
      `INSERT INTO account (id, username, email, email_canonical, email_verified_at, display_name,
         roles, password_hash, password_changed_at, created_at, deleted_at)
       VALUES ($1, $2, $3, $4, $5, $2, '{CUSTOMER}', '$argon2id$x', now(), now(), $6)`,
      [
        id,
        name,
        `${name}@EXAMPLE.test`,
        `${name}@example.test`,
        verified ? new Date() : null,
        deleted ? new Date() : null,
      ],
    );
  await account(ada, 'ada', true);
  await account(bo, 'bo', false);
  await account(cy, 'cy', true, true);
  await account(dee, 'dee', true);
  // Of dee's stream the log still has a part; what is told now comes after it.
  await sql(usersDatabase, 'INSERT INTO event_stream (stream, sequence) VALUES ($1, 41)', [
    `user:${dee}`,
  ]);

  await users.migrate();

  const recorded = await sql<{
    payload: object;
    stream: string;
    sequence: number;
    version: number;
  }>(
    usersDatabase,
    // A later migration says it again, for groups.
    `SELECT * FROM (
       SELECT DISTINCT ON (stream) payload, stream, sequence::int, version FROM event_record
       WHERE type = 'users.EmailVerified' ORDER BY stream, sequence
     ) first_of_each ORDER BY sequence`,
  );
  expect(recorded).toMatchObject([
    { stream: `user:${ada}`, sequence: 1, payload: { userId: ada, email: 'ada@example.test' } },
    { stream: `user:${dee}`, sequence: 42, payload: { userId: dee, email: 'dee@example.test' } },
  ]);
  for (const { payload, version } of recorded) {
    expect(EVENTS['users.EmailVerified'].payload.parse(payload)).toEqual(payload);
    expect(version).toBe(EVENTS['users.EmailVerified'].version);
  }
  await using notifications = await startNotifications();
  const { jobs } = notifications.backplane;
  const relay = startRelay({ databaseUrl: users.url, jobs, logger: silentLogger, pollMs: 50 });
  const addresses = () =>
    sql<{ user_id: string }>(
      notifications,
      'SELECT user_id, address, sequence::int FROM mail_address ORDER BY sequence',
    );
  await until(async () => (await addresses()).length === 2);
  expect(await addresses()).toEqual([
    { user_id: ada, address: 'ada@example.test', sequence: 1 },
    { user_id: dee, address: 'dee@example.test', sequence: 42 },
  ]);
  await relay.close();
});

test('an address that is changed while they are announced is announced as it is then', async () => {
  await using users = await createEarlierDatabase('users', '20261126064500');
  const database = { databaseUrl: users.url };
  const id = newId('usr');
  await sql(
    database,
    `INSERT INTO account (id, username, email, email_canonical, email_verified_at, display_name,
       roles, password_hash, password_changed_at, created_at)
     VALUES ($1, 'ada', $2, $2, now(), 'Ada', '{CUSTOMER}', '$argon2id$x', now(), now())`,
    [id, 'old@example.test'],
  );
  await sql(database, 'INSERT INTO event_stream (stream, sequence) VALUES ($1, 7)', [`user:${id}`]);

  await users.migrateDuring([
    `UPDATE account SET email = 'new@example.test', email_canonical = 'new@example.test'
     WHERE id = '${id}'`,
    `UPDATE event_stream SET sequence = 8 WHERE stream = 'user:${id}'`,
  ]);

  const recorded = await sql(
    database,
    `SELECT sequence::int, payload FROM event_record
     WHERE type = 'users.EmailVerified' ORDER BY sequence`,
  );
  // The second is of the migration that says it again, for groups.
  const payload = { userId: id, email: 'new@example.test' };
  expect(recorded).toMatchObject([{ sequence: 9, payload }, { payload }]);
});
