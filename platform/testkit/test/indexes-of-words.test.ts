import { SUBGRAPHS } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import type { KeptWords } from '@souk/runtime/search';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '../src/databases.ts';

// PostgreSQL asks a partial index only for what its condition allows, and reads the table without a word where a
// statement says it otherwise. So what a store says of its index of words (`SearchedTable.indexed`) is what the index has.

const root = new URL('../../../', import.meta.url);

/** The words that a subgraph's stores keep, by their table. */
async function wordsOf(name: string, databaseUrl: string): Promise<Map<string, KeptWords>> {
  const at = (file: string) => new URL(`subgraphs/${name}/src/persistence/${file}`, root).href;
  const { createClient } = await import(at('client.ts'));
  const { storesOn } = await import(at('stores.ts'));
  const db = createClient(databaseUrl);
  try {
    const stores: Record<string, { words?: KeptWords }> = storesOn(db);
    // Each store is a getter, which makes it when it is asked for.
    const names = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(stores)));
    return new Map(
      names.flatMap((name) => {
        const words = name === 'constructor' ? undefined : stores[name]?.words;
        return words ? [[words.table, words] as const] : [];
      }),
    );
  } finally {
    await db.$disconnect();
  }
}

const INDEXES = `
  SELECT i.indrelid::regclass::text AS table, i.indexrelid::regclass::text AS name,
    i.indisvalid AND i.indisready AND a.attname = 'search' AND a.atttypid = 'tsvector'::regtype AS "isOfWords",
    coalesce(pg_get_expr(i.indpred, i.indrelid), 'true') AS condition,
    'fastupdate=off' = ANY(coalesce(c.reloptions, '{}')) AS "isSorted"
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
  WHERE m.amname = 'gin' AND c.relnamespace = 'public'::regnamespace`;

interface Index {
  readonly table: string;
  readonly name: string;
  /** Whether it can be asked for the words of a row, where nothing else stands before them. */
  readonly isOfWords: boolean;
  readonly condition: string;
  /** Whether each entry is put in its place at once. */
  readonly isSorted: boolean;
}

const indexesOf = async (client: pg.Client) => (await client.query<Index>(INDEXES)).rows;

/** A condition in PostgreSQL's own words: of an index that is not kept. */
async function asPostgresSaysIt(client: pg.Client, { table, indexed }: KeptWords): Promise<string> {
  await client.query('BEGIN');
  try {
    await client.query(`CREATE INDEX said ON ${table} USING gin (search) WHERE ${indexed}`);
    return (await indexesOf(client)).find(({ name }) => name === 'said')?.condition ?? '';
  } finally {
    await client.query('ROLLBACK');
  }
}

async function on<Result>(name: string, work: (client: pg.Client, url: string) => Promise<Result>) {
  await using database = await createDatabase(name);
  const client = openClient({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client, database.url);
  } finally {
    await client.end();
  }
}

/** What is wrong with the words of a subgraph, in words. */
async function faultsOf(client: pg.Client, kept: ReadonlyMap<string, KeptWords>) {
  const faults: string[] = [];
  const columns = await client.query<{ table: string }>(
    `SELECT table_name AS table FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type = 'tsvector' ORDER BY 1`,
  );
  for (const { table } of columns.rows)
    if (!kept.has(table)) faults.push(`${table}: no store says what its words are indexed by`);
  const indexes = await indexesOf(client);
  for (const words of kept.values()) {
    const { table, indexed } = words;
    const has = indexes.filter((index) => index.table === table && index.isOfWords);
    const found = has.map(({ condition }) => condition).join(', ') || 'nothing';
    const said = indexed === null ? 'nothing' : await asPostgresSaysIt(client, words);
    if (found !== said) faults.push(`${table}: said ${said}, and has ${found}`);
  }
  for (const { name, isSorted } of indexes)
    if (!isSorted) faults.push(`${name}: each search reads a list of what is not yet in its place`);
  return faults;
}

describe.each(SUBGRAPHS)('%s', (name) => {
  test('finds words by the index that its stores say there is', async () => {
    const faults = await on(name, async (client, url) =>
      faultsOf(client, await wordsOf(name, url)),
    );
    expect(faults).toEqual([]);
  });
});

test('an index that is missing, of other rows, of something else or not said is seen', async () => {
  const reindex = async () => 0;
  const words = (table: string, indexed: string | null) => [table, { table, indexed, reindex }];
  const faults = await on('groups', async (client) => {
    await client.query(`
      CREATE TABLE unsaid (search tsvector);
      CREATE TABLE missing (search tsvector, name text);
      CREATE INDEX of_names ON missing USING gin (to_tsvector('simple', name));
      CREATE TABLE narrower (search tsvector, ended_at timestamptz);
      CREATE INDEX open_ones ON narrower USING gin (search) WITH (fastupdate = off) WHERE ended_at IS NULL;
      CREATE TABLE hidden (search tsvector);
      CREATE INDEX of_hidden ON hidden USING gin (search) WITH (fastupdate = off);
      CREATE TABLE alike (search tsvector, ended_at timestamptz);
      CREATE INDEX of_alike ON alike USING gin (search) WITH (fastupdate = off) WHERE (ended_at IS NULL)`);
    const kept = new Map([
      ...[words('missing', 'true'), words('narrower', 'true'), words('hidden', null)],
      ...[
        words('alike', 'ended_at IS NULL'),
        words('community', `visibility = 'PUBLIC' AND archived_at IS NULL`),
      ],
      words('known_user', 'true'),
    ] as [string, KeptWords][]);
    return faultsOf(client, kept);
  });
  expect(faults).toEqual([
    'unsaid: no store says what its words are indexed by',
    'missing: said true, and has nothing',
    'narrower: said true, and has (ended_at IS NULL)',
    'hidden: said nothing, and has true',
    'of_names: each search reads a list of what is not yet in its place',
  ]);
});
