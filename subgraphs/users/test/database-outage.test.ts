import { isUnavailable } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { createDatabase, openLine, type TestDatabase, until } from '@souk/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';

/** What Prisma on pg really throws when its server goes; the table beside `isUnavailable` has the rest. */
let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await createDatabase('users');
  admin = openClient({ connectionString: database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

type Client = ReturnType<typeof createClient>;

const OTHERS =
  'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
const terminateAll = () => admin.query(`SELECT pg_terminate_backend(pid) ${OTHERS}`);
const asleep = () =>
  until(async () => {
    const { rows } = await admin.query(
      `SELECT 1 ${OTHERS} AND query LIKE '%pg_sleep%' AND state = 'active'`,
    );
    return rows.length > 0;
  });
const noneLeft = () => until(async () => (await admin.query(`SELECT 1 ${OTHERS}`)).rowCount === 0);

/** Ends every connection while the statement is at work. */
async function cutDuring(statement: Promise<unknown>) {
  const settled = statement.catch((error: unknown) => error);
  await asleep();
  await terminateAll();
  const outcome = await settled;
  if (outcome instanceof Error) throw outcome;
}

const FAILURES: [string, (client: Client) => Promise<unknown>][] = [
  ['cut during a statement', (client) => cutDuring(client.$queryRawUnsafe('SELECT pg_sleep(20)'))],
  [
    'cut during a statement of a transaction',
    (client) => cutDuring(client.$transaction((tx) => tx.$queryRawUnsafe('SELECT pg_sleep(20)'))),
  ],
  [
    'cut between two statements of a transaction',
    (client) =>
      client.$transaction(async (tx) => {
        await tx.account.findMany();
        await terminateAll();
        await noneLeft();
        await tx.account.findMany();
      }),
  ],
  [
    'cut before the commit',
    (client) =>
      client.$transaction(async (tx) => {
        await tx.account.findMany();
        await terminateAll();
        await noneLeft();
      }),
  ],
  [
    'idle in a transaction for too long',
    (client) =>
      client.$transaction(async (tx) => {
        await tx.$executeRawUnsafe(`SET LOCAL idle_in_transaction_session_timeout = 20`);
        await noneLeft();
        await tx.account.findMany();
      }),
  ],
  [
    'a transaction that takes too long',
    (client) =>
      client.$transaction(
        async (tx) => {
          await until(() =>
            tx.account.findMany().then(
              () => false,
              () => true,
            ),
          );
          await tx.account.findMany();
        },
        { timeout: 50 },
      ),
  ],
];

test.each(FAILURES)('%s: unavailable, and the next query is answered', async (_, fail) => {
  const client = createClient(database.url);
  const error = await fail(client).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(isUnavailable(error), String(error)).toBe(true);
  await until(() =>
    client.account.findMany().then(
      () => true,
      () => false,
    ),
  );
  await client.$disconnect();
});

const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);
/** As roles are that may not log in, or have another password by now. */
const asNobody = (url: string) => {
  const other = new URL(url);
  other.username = 'nobody_at_all';
  return other.href;
};

test('a database that refuses or is away is unavailable for every kind of query', async () => {
  const name = nameOf(database);
  // Not of the database that it is said in.
  const outside = openClient({ connectionString: database.url.replace(name, 'postgres') });
  await outside.connect();
  const letIn = (whom: boolean) =>
    outside.query(`ALTER DATABASE "${name}" WITH ALLOW_CONNECTIONS ${whom}`);
  const elsewhere = database.url.replace(name, `${name}_restored`);
  const closed = createClient(database.url);
  await letIn(false);
  try {
    const clients = [closed, createClient(asNobody(database.url)), createClient(elsewhere)];
    for (const client of clients) {
      const outcomes = await Promise.allSettled([
        client.account.findMany(),
        client.$queryRawUnsafe('SELECT 1'),
        client.$transaction((tx) => tx.account.findMany()),
      ]);
      const reasons = outcomes.map((outcome) => 'reason' in outcome && outcome.reason);
      expect(reasons.map(isUnavailable), String(reasons)).toEqual([true, true, true]);
      if (client !== closed) await client.$disconnect();
    }
  } finally {
    await letIn(true);
    await outside.end();
  }
  expect(await closed.account.findMany()).toEqual([]);
  await closed.$disconnect();
});

test('a server that cannot be reached is unavailable for every kind of query', async () => {
  await using line = await openLine(database.url);
  line.breakDown();
  for (const url of [line.url, 'postgres://souk@127.0.0.1:1/none']) {
    const client = createClient(url);
    const outcomes = await Promise.allSettled([
      client.account.findMany(),
      client.$queryRawUnsafe('SELECT 1'),
      client.$transaction((tx) => tx.account.findMany()),
    ]);
    expect(outcomes.map((outcome) => 'reason' in outcome && isUnavailable(outcome.reason))).toEqual(
      [true, true, true],
    );
    await client.$disconnect();
  }
});
