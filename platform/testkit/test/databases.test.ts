import { SUBGRAPHS } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../src/databases.ts';
import { isWaitedFor, isWaitingWith, sessionOf, waitersFor } from '../src/sql.ts';
import { until } from '../src/until.ts';

async function query({ url }: TestDatabase, sql: string) {
  const client = openClient({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test.each(SUBGRAPHS)('each database of %s has its migrations and is its own', async (subgraph) => {
  const made = await Promise.all([createDatabase(subgraph), createDatabase(subgraph)]);
  const [first, second] = made;
  const migrations = 'SELECT count(*)::int AS applied FROM _prisma_migrations';
  for (const database of made)
    expect((await query(database, migrations))[0].applied).toBeGreaterThan(0);
  await query(first, 'CREATE TABLE only_here (id int)');
  await expect(query(second, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
  await first.drop();
  await expect(query(first, 'SELECT 1')).rejects.toThrow('does not exist');
  await second.drop();
});

test('an empty database goes at the end of its scope', async () => {
  let left: TestDatabase;
  {
    await using database = await createDatabase(null);
    left = database;
    expect(await query(database, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }
  await expect(query(left, 'SELECT 1')).rejects.toThrow('does not exist');
});

test('who waits is waited for by whom they wait for, also behind others, and not because others wait', async () => {
  await using database = await createDatabase(null);
  const graph = { databaseUrl: database.url };
  const clients = Array.from({ length: 5 }, () => openClient({ connectionString: database.url }));
  await Promise.all(clients.map((client) => client.connect()));
  const [holder, first, second, other, stranger] = clients as [
    Client,
    Client,
    Client,
    Client,
    Client,
  ];
  const [held, strangers] = [await sessionOf(holder), await sessionOf(other)];
  await other.query('SELECT pg_advisory_lock(2)');
  const strange = stranger.query('SELECT pg_advisory_lock(2)');
  await until(() => isWaitingWith(graph, 'SELECT pg_advisory_lock(2)'));
  expect(await isWaitedFor(graph, held)).toBe(false);
  await holder.query('CREATE TABLE one (id int)');
  await holder.query('INSERT INTO one VALUES (1)');
  await holder.query('BEGIN; UPDATE one SET id = 1');
  // The second of two who want the same row waits for the first.
  const waiting = [first, second].map((client) => client.query('UPDATE one SET id = 1'));
  await until(async () => (await waitersFor(graph, held)) === 2);
  expect(await waitersFor(graph, strangers)).toBe(1);
  await holder.query('COMMIT');
  await other.query('SELECT pg_advisory_unlock(2)');
  await Promise.all([...waiting, strange]);
  expect(await isWaitedFor(graph, held)).toBe(false);
  await Promise.all(clients.map((client) => client.end()));
});

type Client = ReturnType<typeof openClient>;
