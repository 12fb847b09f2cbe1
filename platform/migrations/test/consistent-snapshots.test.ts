import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConsistentSnapshots } from '../src/backup/consistent-snapshots.ts';
import { openSnapshotsOneAfterTheOther } from './mutants/snapshots-one-after-the-other.ts';
import { startScratchServer } from './scratch-project.ts';

const TABLES = `CREATE TABLE inbox_entry (event_id int PRIMARY KEY);
  CREATE TABLE event_record (id int PRIMARY KEY);
  CREATE TABLE event_delivery (event_id int PRIMARY KEY);`;

/** How often snapshots are opened while events go from one database to the other. */
const SNAPSHOTS = 25;

let server: Awaited<ReturnType<typeof startScratchServer>>;
let emitterUrl: string;
let consumerUrl: string;
/** Events that went all the way. */
let confirmed = 0;
let stopping = false;
let working: Promise<void>;

async function connect(connectionString: string): Promise<pg.Client> {
  const client = openClient({ connectionString });
  await client.connect();
  return client;
}

/** Appends an event, handles it in the other database, and confirms it: as fast as it goes. */
async function work(): Promise<void> {
  const [emitter, consumer] = [await connect(emitterUrl), await connect(consumerUrl)];
  while (!stopping) {
    const id = confirmed;
    await emitter.query(
      `BEGIN; INSERT INTO event_record VALUES (${id}); INSERT INTO event_delivery VALUES (${id}); COMMIT`,
    );
    await consumer.query('INSERT INTO inbox_entry VALUES ($1)', [id]);
    await emitter.query('DELETE FROM event_delivery WHERE event_id = $1', [id]);
    confirmed += 1;
  }
  await Promise.all([emitter.end(), consumer.end()]);
}

const anotherIsConfirmed = async () => {
  const before = confirmed;
  await expect.poll(() => confirmed, { interval: 1 }).toBeGreaterThan(before + 1);
};

/** Events that one database has as confirmed and the other has not handled, or does not know. */
async function torn([consumer, emitter]: readonly pg.Client[]): Promise<number[]> {
  const ids = async (client: pg.Client | undefined, sql: string) =>
    ((await client?.query(sql))?.rows ?? []).map(({ id }) => id as number);
  const handled = new Set(await ids(consumer, 'SELECT event_id AS id FROM inbox_entry'));
  const known = new Set(await ids(emitter, 'SELECT id FROM event_record'));
  const waiting = new Set(await ids(emitter, 'SELECT event_id AS id FROM event_delivery'));
  return [
    ...[...known].filter((id) => !waiting.has(id) && !handled.has(id)),
    ...[...handled].filter((id) => !known.has(id)),
  ];
}

const endAll = (clients: readonly pg.Client[]) =>
  Promise.all(clients.map((client) => client.end()));

beforeAll(async () => {
  server = await startScratchServer();
  const [emitter, consumer] = [await server.newProject(), await server.newProject()];
  await Promise.all([emitter.query(TABLES), consumer.query(TABLES)]);
  [emitterUrl, consumerUrl] = [emitter.databaseUrl, consumer.databaseUrl];
  working = work();
});
afterAll(async () => {
  stopping = true;
  await working;
  await server.stop();
});

test('no event is lost between the snapshots of two databases that go on working', async () => {
  for (let round = 0; round < SNAPSHOTS; round += 1) {
    await anotherIsConfirmed();
    const snapshots = await openConsistentSnapshots([consumerUrl, emitterUrl]);
    expect(await torn(snapshots)).toEqual([]);
    await endAll(snapshots);
  }
});

test('snapshots that are opened one after the other tear events apart', async () => {
  const snapshots = await openSnapshotsOneAfterTheOther(
    [consumerUrl, emitterUrl],
    anotherIsConfirmed,
  );
  expect(await torn(snapshots)).not.toEqual([]);
  await endAll(snapshots);
});
