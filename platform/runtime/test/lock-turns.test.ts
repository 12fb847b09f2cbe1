import { newId } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import {
  announceLocks,
  createKeyedSemaphore,
  type KeyedSemaphore,
  lockByName,
  type SqlExecutor,
} from '@souk/runtime/persistence';
import { inWorkContext } from '@souk/runtime/telemetry';
import { createDatabase, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WAITING_WITH_CONNECTION } from './mutants/wait-with-connection.ts';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

/** As many as a pool of `pgDatabase` has. */
const CONNECTIONS = 10;

let database: Awaited<ReturnType<typeof createDatabase>>;
let db: PgDatabase;
let onlooker: PgDatabase;
beforeAll(async () => {
  database = await createDatabase('users');
  db = pgDatabase(database.url);
  onlooker = pgDatabase(database.url);
});
afterAll(async () => {
  await db.close();
  await onlooker.close();
  await database.drop();
});

const transactorWith = (semaphore: KeyedSemaphore) =>
  createTransactor({
    begin: db.begin,
    storesOn: (sql: SqlExecutor) => ({ sql }),
    onCommitted: () => {},
    semaphore,
  });

const waitingForLocks = async () => {
  const [row] = await onlooker.$queryRawUnsafe<[{ n: bigint }]>(
    `SELECT count(*) AS n FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return Number(row.n);
};

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Many who want one lock that somebody holds, and one behind them who wants another. */
function burst(semaphore: KeyedSemaphore) {
  const transaction = transactorWith(semaphore);
  const { opened: released, open: release } = gate();
  const { opened: isHeld, open: held } = gate();
  const holder = transaction(async ({ sql }) => {
    await lockByName(sql, 'hot');
    held();
    await released;
  });
  let done = 0;
  const crowd = isHeld.then(() =>
    Promise.all(
      Array.from({ length: 40 }, () =>
        transaction(async ({ sql }) => {
          await lockByName(sql, 'hot');
          done += 1;
        }),
      ),
    ),
  );
  let isOtherDone = false;
  const other = isHeld.then(async () => {
    await transaction(({ sql }) => lockByName(sql, 'cold'));
    isOtherDone = true;
  });
  const end = async () => {
    release();
    await Promise.all([holder, crowd, other]);
    return done;
  };
  return { other, end, isOtherDone: () => isOtherDone };
}

test('many who wait for one lock keep one connection waiting, and nobody else from theirs', async () => {
  const semaphore = createKeyedSemaphore({ maxWaitMs: 60_000 });
  const { other, end } = burst(semaphore);
  await other;
  await until(() => semaphore.waiting === 39);
  expect(await waitingForLocks()).toBeLessThanOrEqual(1);
  expect(await end()).toBe(40);
  expect(semaphore.waiting).toBe(0);
});

test('waiting with a connection is caught: it takes all of them, and others wait, too', async () => {
  const { end, isOtherDone } = burst(WAITING_WITH_CONNECTION);
  await until(async () => (await waitingForLocks()) === CONNECTIONS - 1);
  expect(isOtherDone()).toBe(false);
  expect(await end()).toBe(40);
});

test('the kind of things that a use case locks is learnt, so that it waits before it starts', async () => {
  const semaphore = createKeyedSemaphore({ permits: 2, maxWaitMs: 60_000 });
  const transaction = transactorWith(semaphore);
  const ids = { hasty: newId('usr'), calm: newId('usr'), category: newId('cat') };
  let begun = 0;
  const write = (userId: string, work = async () => {}) =>
    inWorkContext({ useCase: { name: 'write', ids: () => [ids.category, userId] } }, () =>
      transaction(async ({ sql }) => {
        begun += 1;
        announceLocks(sql, userId);
        await work();
      }),
    );
  for (const attempts of [20, 2]) {
    const { opened: released, open: release } = gate();
    begun = 0;
    const writing = Array.from({ length: 20 }, () => write(ids.hasty, () => released));
    await until(() => begun === attempts && semaphore.waiting === 18);
    // The category is in the input of all of them, and nobody locks it.
    await write(ids.calm);
    expect(begun).toBe(attempts + 1);
    release();
    await Promise.all(writing);
  }
});

test('a transaction out of its turn is undone and begins again, also where its work hides that', async () => {
  await onlooker.$executeRawUnsafe('CREATE TABLE attempt (id bigserial PRIMARY KEY)');
  const semaphore = createKeyedSemaphore({ permits: 1, maxWaitMs: 60_000 });
  const transaction = transactorWith(semaphore);
  const holder = semaphore.hold();
  await holder.acquire(['hot']);
  let attempts = 0;
  const writing = transaction(async ({ sql }) => {
    attempts += 1;
    await sql.$executeRawUnsafe('INSERT INTO attempt DEFAULT VALUES');
    try {
      announceLocks(sql, 'hot');
    } catch {
      return 'out of turn';
    }
    return 'done';
  });
  await until(() => semaphore.waiting === 1);
  holder.release();
  expect(await writing).toBe('done');
  expect(attempts).toBe(2);
  expect(await onlooker.$queryRawUnsafe('SELECT 1 FROM attempt')).toHaveLength(1);
});

test('a failure is reported, and lets the next one have its turn', async () => {
  const semaphore = createKeyedSemaphore({ permits: 1 });
  const transaction = transactorWith(semaphore);
  const fail = () =>
    transaction(async ({ sql }) => {
      await lockByName(sql, 'hot');
      throw new Error('refused');
    });
  await expect(fail()).rejects.toThrow('refused');
  await expect(fail()).rejects.toThrow('refused');
  expect(semaphore.waiting).toBe(0);
});
