import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openClient } from '@souk/runtime/postgres';
import { createEarlierDatabase } from '@souk/testkit';
import { expect, test } from 'vitest';
import { SUBGRAPH_NAMES } from '../../../souk.config.ts';
import { migrationsPath, repositoryLayout } from '../src/project-layout.ts';

const MIGRATION = '20261126001000_partition_event_log';
/** Later ones begin with a log in days. */
const older = SUBGRAPH_NAMES.filter((subgraph) =>
  existsSync(join(migrationsPath(repositoryLayout().schemaRoot, subgraph), MIGRATION)),
);

test.each(older)(
  'the log of %s keeps its events, and what waited still waits',
  async (subgraph) => {
    await using database = await createEarlierDatabase(subgraph, MIGRATION);
    const { schemaRoot } = repositoryLayout();

    const client = openClient({ connectionString: database.url });
    await client.connect();
    // The consumers that the migration knows of the first event it names.
    const written = readFileSync(
      join(schemaRoot, subgraph, 'migrations', MIGRATION, 'migration.sql'),
      'utf8',
    );
    const pairs = [...written.matchAll(/^ {4}\('([\w.]+)', '(\w+)'\)/gm)].map(
      ([, ...pair]) => pair,
    );
    const type = pairs[0]?.[0];
    const consumers = pairs.filter(([name]) => name === type).map(([, consumer]) => consumer);
    await client.query(
      `INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at, relayed_at)
     VALUES ('old', 's', 1, $1, 1, '{"n":1}', now() - interval '20 days', now()),
            ('waits', 's', 2, $1, 1, '{"n":2}', now(), NULL)`,
      [type],
    );
    await database.migrate();
    const { rows } = await client.query(
      `SELECT id, sequence::int, payload, position::int FROM event_record ORDER BY sequence`,
    );
    expect(rows).toMatchObject([
      { id: 'old', sequence: 1, payload: { n: 1 }, position: 1 },
      { id: 'waits', sequence: 2, payload: { n: 2 }, position: 2 },
    ]);
    const waiting = await client.query(
      'SELECT consumer, event_id FROM event_delivery ORDER BY consumer',
    );
    expect(waiting.rows).toEqual(
      consumers.sort().map((consumer) => ({ consumer, event_id: 'waits' })),
    );
    const next = await client.query(
      `INSERT INTO event_record (id, stream, sequence, type, version, payload)
     VALUES ('new', 's', 3, $1, 1, '{}') RETURNING position::int, tableoid::regclass::text AS place`,
      [type],
    );
    expect(next.rows[0].position).toBe(3);
    expect(next.rows[0].place).toMatch(/^event_log\.day_\d{8}$/);
    await client.end();
  },
);
