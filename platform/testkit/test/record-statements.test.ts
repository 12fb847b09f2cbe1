import { openClient } from '@souk/runtime/postgres';
import { expect, test } from 'vitest';
import { recordStatements } from '../src/growth/record-statements.ts';
import { testServers } from '../src/test-servers.ts';

test('the statements of the work are recorded with their values, and no others', async () => {
  const open = async () => {
    const client = openClient({ connectionString: testServers().postgresUrl });
    await client.connect();
    return client;
  };
  const [reading, upkeep] = await Promise.all([open(), open()]);
  try {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    // Waits since before the work began, as whoever looks for what is due does.
    const beside = begun.then(() => upkeep.query('SELECT 1 AS upkeep'));
    const sent = await recordStatements(async () => {
      begin();
      await beside;
      await Promise.all([
        reading.query('SELECT $1::int AS first', [1]),
        reading.query({ text: 'SELECT 2 AS second' }),
      ]);
    });
    expect(sent).toEqual([
      { text: 'SELECT $1::int AS first', values: [1] },
      { text: 'SELECT 2 AS second', values: [] },
    ]);
  } finally {
    await Promise.all([reading.end(), upkeep.end()]);
  }
});
