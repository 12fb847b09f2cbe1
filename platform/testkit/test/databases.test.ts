import { SUBGRAPHS } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../src/databases.ts';

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
