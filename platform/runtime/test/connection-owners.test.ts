import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInProcessBackplane } from '@souk/runtime/backplane-kinds';
import { startRelay } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, until } from '@souk/testkit';
import pg from 'pg';
import { expect, test } from 'vitest';
import { drainWithoutOwner } from './mutants/relay-without-owner.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MECHANISM = 'platform/runtime/src/persistence/postgres-connections.ts';
/** This walk changes pg's client, and the mutants make connections that it must see. */
const MAY_USE_PG = ['platform/runtime/test/connection-owners.test.ts'];
const SKIPPED = new Set(['node_modules', 'dist', 'mutants', '__generated__', 'bench']);

function* sourcesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesIn(path);
    else if (/\.(ts|mjs|js)$/.test(entry.name)) yield path;
  }
}

/** What a source does with PostgreSQL by itself, instead of using the mechanism. */
function connectionsMadeIn(text: string): string[] {
  const makes = [
    /import (?!type)[^;]*from 'pg'/,
    /require\('pg'\)/,
    /new PrismaPg\((?!joins\.pool\)|catalogs\.pool\))/,
    /new (\w+\.)?(Pool|PostgresConnection)\(/,
    /extends (pg\.\w+)/,
  ];
  return makes.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
}

// A test's connection without a listener fails the run when its database is dropped under it.
test('no source and no test opens a connection to PostgreSQL but through the one mechanism', () => {
  const sources = [...sourcesIn(ROOT)];
  expect(sources.length).toBeGreaterThan(1_000);
  const found = sources
    .map((path) => relative(ROOT, path))
    .filter((path) => connectionsMadeIn(readFileSync(join(ROOT, path), 'utf8')).length > 0);
  expect(found.sort()).toEqual([MECHANISM, ...MAY_USE_PG]);
});

test('the walk sees a connection that is made elsewhere', () => {
  const mutant = new URL('./mutants/relay-without-owner.ts', import.meta.url);
  expect(connectionsMadeIn(readFileSync(mutant, 'utf8'))).not.toEqual([]);
});

/** Runs the work, and gives what was done with connections whose loss nobody would have heard. */
async function statementsWithoutOwner(
  work: (statements: readonly unknown[]) => Promise<void>,
): Promise<unknown[]> {
  const statements: unknown[] = [];
  const unheard: unknown[] = [];
  const { query, connect } = pg.Client.prototype;
  // From the moment on in which it may be lost: also between connecting and the first statement.
  pg.Client.prototype.connect = function (this: pg.Client, ...args: never[]) {
    if (this.listenerCount('error') === 0) unheard.push('connect');
    return Reflect.apply(connect, this, args);
  } as never;
  pg.Client.prototype.query = function (this: pg.Client, ...args: never[]) {
    statements.push(args[0]);
    if (this.listenerCount('error') === 0) unheard.push(args[0]);
    return Reflect.apply(query, this, args);
  } as never;
  try {
    await work(statements);
  } finally {
    Object.assign(pg.Client.prototype, { query, connect });
  }
  return unheard;
}

test('relay, listener and jobs on PostgreSQL have an owner at each statement', async () => {
  await using database = await createDatabase('users');
  let seen = 0;
  const unheard = await statementsWithoutOwner(async (statements) => {
    const backplane = createInProcessBackplane({ jobsDatabaseUrl: database.url });
    const relay = startRelay({
      databaseUrl: database.url,
      jobs: backplane.jobs,
      logger: silentLogger,
    });
    backplane.jobs.work('owned', async () => {
      seen += 1;
    });
    await backplane.jobs.add('owned', [{ id: 'one', name: 'test', data: {} }]);
    await relay.drain();
    await until(() => seen === 1);
    // Without jobs a worker listens for the next, on a connection of its own.
    await until(() => statements.some((sql) => /^LISTEN bullmq_jobs/m.test(String(sql))));
    await relay.close();
    await backplane.close();
  });
  expect(unheard).toEqual([]);
});

test('a pool that listens for its idle clients only is caught', async () => {
  await using database = await createDatabase('users');
  const unheard = await statementsWithoutOwner(() =>
    drainWithoutOwner(database.url, async () => {}),
  );
  expect(unheard).toEqual(['connect', 'BEGIN', 'COMMIT']);
});

test('all connections cut while relay and jobs are at work end nothing', async () => {
  await using database = await createDatabase('users');
  const backplane = createInProcessBackplane({ jobsDatabaseUrl: database.url });
  const relay = startRelay({
    databaseUrl: database.url,
    jobs: backplane.jobs,
    logger: silentLogger,
    pollMs: 5,
  });
  const handled = new Set<string>();
  backplane.jobs.work('cut', async ({ id }) => void handled.add(id), { concurrency: 4 });
  const admin = openClient({ connectionString: database.url });
  await admin.connect();
  const sent: string[] = [];
  // An uncaught error fails the run, as it would end the process.
  for (let round = 0; round < 12; round += 1) {
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    const id = `job-${round}`;
    sent.push(id);
    await until(() =>
      backplane.jobs.add('cut', [{ id, name: 'test', data: {} }]).then(
        () => true,
        () => false,
      ),
    );
  }
  await until(() => handled.size === sent.length);
  expect(await backplane.jobs.dead('cut', 10)).toEqual([]);
  await relay.close();
  await admin.end();
  await backplane.close();
});
