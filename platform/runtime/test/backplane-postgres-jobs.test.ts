import { randomUUID } from 'node:crypto';
import { createDatabase, type TestDatabase, unlessHeldUp, untilItWorks } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backplane } from '../src/backplane/index.ts';
import { createInProcessBackplane } from '../src/backplane/kinds.ts';
import { openClient } from '../src/persistence/postgres-connections.ts';

/** What jobs on PostgreSQL do beyond the contract: they use few connections, and depend on none. */
let database: TestDatabase;
let backplane: Backplane;
let admin: pg.Client;

beforeAll(async () => {
  database = await createDatabase(null);
  backplane = createInProcessBackplane({ jobsDatabaseUrl: database.url });
  admin = openClient({ connectionString: database.url });
  await admin.connect();
});
afterAll(async () => {
  await backplane?.close();
  await admin?.end();
  await database?.drop();
});

const job = (id: string) => ({ id, name: 'test', data: {} });
const OTHERS = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
const connections = async () =>
  Number((await admin.query(`select count(*)::int as n ${OTHERS}`)).rows[0]?.n);

test('connects only when the first job needs it', async () => {
  const before = await connections();
  const idle = createInProcessBackplane({ jobsDatabaseUrl: database.url, keyPrefix: 'idle' });
  await idle.ping();
  await idle.cache.set('key', 1, 1);
  expect(await connections()).toBe(before);
  await idle.close();
});

test('thirty workers share a handful of connections, and each is woken at once', async () => {
  const before = await connections();
  const handled: string[] = [];
  const queues = Array.from({ length: 30 }, (_, index) => `queue.${index}`);
  const workers = queues.map((queue) =>
    backplane.jobs.work(queue, async ({ id }) => void handled.push(id)),
  );
  await Promise.all(queues.map((queue) => backplane.jobs.add(queue, [job(`${queue}-early`)])));
  await untilItWorks(() => expect(handled).toHaveLength(30));
  await unlessHeldUp(2_500, async (isInTime) => {
    handled.length = 0;
    const late = () => [job(`late-${randomUUID()}`)];
    await Promise.all(queues.map((queue) => backplane.jobs.add(queue, late())));
    await untilItWorks(() => expect(handled).toHaveLength(30));
    return isInTime();
  });
  expect((await connections()) - before).toBeLessThanOrEqual(7);
  await Promise.all(workers.map((worker) => worker.close()));
});

test('works on after all its connections were cut, the listening one too', async () => {
  const handled: string[] = [];
  const worker = backplane.jobs.work('cut', async ({ id }) => void handled.push(id));
  await backplane.jobs.add('cut', [job('before')]);
  await expect.poll(() => handled).toEqual(['before']);
  for (const round of ['first', 'second']) {
    await admin.query(`select pg_terminate_backend(pid) ${OTHERS}`);
    await untilItWorks(() => backplane.jobs.add('cut', [job(round)]));
    await untilItWorks(() => expect(handled).toContain(round));
  }
  await worker.close();
});

test('a database that is away fails what needs it, and closing does not wait for it', async () => {
  const away = createInProcessBackplane({ jobsDatabaseUrl: 'postgres://127.0.0.1:1/none' });
  away.jobs.work('queue', async () => undefined);
  await expect(away.jobs.add('queue', [job('one')])).rejects.toThrow();
  await expect(away.jobs.backlog('queue')).rejects.toThrow();
  await away.pubsub.publish('topic', 'unaffected');
  const start = Date.now();
  await away.close();
  expect(Date.now() - start).toBeLessThan(10_000);
});
