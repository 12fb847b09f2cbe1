import { newId } from '@souk/runtime/domain';
import { createDatabase, type TestDatabase } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';

// Prisma's models and statements that are written by hand are of one transaction, whichever comes first.

let database: TestDatabase;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  database = await createDatabase('chat');
  client = createClient(database.url);
});
afterAll(async () => {
  await client.$disconnect();
  await database.drop();
});

type Tx = Parameters<Parameters<typeof client.$transaction>[0]>[0];
const byHand = (db: Tx, id: string) =>
  db.$executeRaw`INSERT INTO known_user (id, username, registered_at) VALUES (${id}, ${id}, now())`;
const byModel = (db: Tx, id: string) =>
  db.knownUser.create({ data: { id, username: id, registeredAt: new Date() } });
const both = [
  ['a statement, then a model', [byHand, byModel]],
  ['a model, then a statement', [byModel, byHand]],
] as const;

test.each(both)('%s: each sees what the other did, and both are kept', async (_, steps) => {
  const ids = [newId('evt'), newId('evt')] as const;
  await client.$transaction(async (db) => {
    for (const [index, step] of steps.entries()) await step(db, ids[index as 0 | 1]);
    const rows = await db.$queryRaw`SELECT id FROM known_user WHERE id = ANY(${ids})`;
    expect(rows).toHaveLength(2);
    expect(await db.knownUser.count({ where: { id: { in: [...ids] } } })).toBe(2);
    // Nobody else sees any of it yet.
    expect(await client.knownUser.count({ where: { id: { in: [...ids] } } })).toBe(0);
  });
  expect(await client.knownUser.count({ where: { id: { in: [...ids] } } })).toBe(2);
});

test.each(both)('%s: a failure rolls both back', async (_, steps) => {
  const ids = [newId('evt'), newId('evt')] as const;
  const failing = client.$transaction(async (db) => {
    for (const [index, step] of steps.entries()) await step(db, ids[index as 0 | 1]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await client.knownUser.count({ where: { id: { in: [...ids] } } })).toBe(0);
});

test('many transactions at once each keep to their own connection', async () => {
  const ids = Array.from({ length: 40 }, () => newId('evt'));
  await Promise.allSettled(
    ids.map((id, nth) =>
      client.$transaction(async (db) => {
        await byModel(db, id);
        await byHand(db, `${id}-hand`);
        if (nth % 2 === 1) throw new Error('no');
      }),
    ),
  );
  const kept = await client.knownUser.findMany();
  const found = new Set(kept.map(({ id }) => id));
  for (const [nth, id] of ids.entries()) {
    expect([found.has(id), found.has(`${id}-hand`)]).toEqual([nth % 2 === 0, nth % 2 === 0]);
  }
});

test('a model that is asked for when its transaction is over is refused', async () => {
  const late = await client.$transaction(async (db) => {
    await byModel(db, newId('evt'));
    return { db };
  });
  const id = newId('evt');
  await expect(byModel(late.db, id)).rejects.toThrow();
  expect(await client.knownUser.count({ where: { id } })).toBe(0);
});

test('a transaction of one statement refuses a second one and every model, and keeps what the first did', async () => {
  const kind: object = { isOneStatement: true };
  const ids = [newId('evt'), newId('evt')] as const;
  const second = client.$transaction(async (db) => {
    await byHand(db, ids[0]);
    await byHand(db, ids[1]);
  }, kind);
  await expect(second).rejects.toThrow('is sent a second one');
  const model = client.$transaction((db) => byModel(db, ids[1]), kind);
  await expect(model).rejects.toThrow('knownUser');
  const kept = await client.knownUser.findMany({ where: { id: { in: [...ids] } } });
  expect(kept.map(({ id }) => id)).toEqual([ids[0]]);
});
