import { randomUUID } from 'node:crypto';
import { silentLogger } from '@souk/runtime/process';
import { createDatabase, type TestDatabase, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runBullWorker } from '../src/backplane/bullmq-worker.ts';
import { usesUpAnAttempt } from '../src/backplane/failed-attempts.ts';
import {
  createPostgresJobsBackend,
  type PostgresJobsBackend,
} from '../src/backplane/in-process/postgres-jobs.ts';
import { waitForWhateverIsUnavailable } from './mutants/wait-for-whatever-is-unavailable.ts';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

// A handler whose work always takes longer than PostgreSQL gives it, and never goes well.

let database: TestDatabase;
let db: PgDatabase;
let backend: PostgresJobsBackend;
beforeAll(async () => {
  database = await createDatabase('groups');
  db = pgDatabase(database.url);
  backend = createPostgresJobsBackend({
    databaseUrl: database.url,
    schema: 'endless_jobs',
    retries: { attempts: 2, backoffMs: 5 },
    logger: silentLogger,
  });
});
afterAll(async () => {
  await Promise.all([backend.close(), db.close()]);
  await database.drop();
});

/** Tries until the job is dead, or so often that it never will be. */
async function triesOf(counts: typeof usesUpAnAttempt): Promise<{ tries: number; dead: boolean }> {
  const name = `endless-${randomUUID().slice(0, 8)}`;
  const queue = await backend.openQueue(name);
  let tries = 0;
  const worker = runBullWorker({
    open: (process) => backend.openWorker(name, process, 1),
    logger: silentLogger,
    counts,
    handler: async () => {
      tries += 1;
      await db.begin(async (executor) => {
        await executor.$executeRawUnsafe("SET LOCAL statement_timeout = '5ms'");
        await executor.$executeRawUnsafe('SELECT pg_sleep(30)');
      });
    },
  });
  await queue.add('slow', {}, { jobId: randomUUID() });
  const isDead = async () => (await queue.getFailedCount()) === 1;
  await until(async () => tries > 8 || (await isDead()));
  const dead = await isDead();
  await worker.close(100);
  await queue.close();
  return { tries, dead };
}

test('a handler that always takes too long is dead after four tries for each attempt it has', async () => {
  expect(await triesOf(usesUpAnAttempt)).toEqual({ tries: 8, dead: true });
});

test('the mutant, to which every time-out is an outage, tries it for ever', async () => {
  expect(await triesOf(waitForWhateverIsUnavailable)).toMatchObject({ dead: false });
});
