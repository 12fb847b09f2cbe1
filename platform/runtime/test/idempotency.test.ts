import { createIdempotency, type SqlExecutor } from '@souk/runtime/persistence';
import { createDatabase } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PgDatabase, pgDatabase } from './pg-database.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
let db: PgDatabase;
beforeAll(async () => {
  database = await createDatabase('users');
  db = pgDatabase(database.url);
  await db.$executeRawUnsafe('CREATE TABLE purchase (id bigserial PRIMARY KEY)');
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const purchases = async () =>
  Number((await db.$queryRawUnsafe<[{ n: bigint }]>('SELECT count(*) AS n FROM purchase'))[0].n);
const buy = async (executor: SqlExecutor) => {
  const [row] = await executor.$queryRawUnsafe<[{ id: string }]>(
    'INSERT INTO purchase DEFAULT VALUES RETURNING id',
  );
  return { purchaseId: String(row.id) };
};
const request = (key: string | null, input: unknown = { quantity: 1 }, scope = 'buy:ada') => ({
  scope,
  key,
  input,
});
const once = (given: ReturnType<typeof request>) =>
  db.begin((executor) => createIdempotency(executor).once(given, () => buy(executor)));

test('fifty requests with one key at the same time buy once, and all get the first answer', async () => {
  const before = await purchases();
  const answers = await Promise.all(Array.from({ length: 50 }, () => once(request('k-parallel'))));
  expect((await purchases()) - before).toBe(1);
  expect(new Set(answers.map(({ result }) => result.purchaseId)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
});

/** Idempotency as one would first write it: look, then act. */
const naiveOnce = (key: string) =>
  db.begin(async (executor) => {
    const known = await executor.$queryRawUnsafe<unknown[]>(
      'SELECT 1 FROM idempotency_record WHERE scope = $1 AND key = $2',
      'naive',
      key,
    );
    if (known.length > 0) return;
    await buy(executor);
    await executor.$executeRawUnsafe(
      'INSERT INTO idempotency_record (scope, key, input_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      'naive',
      key,
      'x',
    );
  });

test('looking first and acting then is caught: it buys more than once', async () => {
  const before = await purchases();
  await Promise.all(Array.from({ length: 50 }, () => naiveOnce('k-naive')));
  expect((await purchases()) - before).toBeGreaterThan(1);
});

test('the order of the keys in an input does not matter, its values do', async () => {
  const first = await once(request('k-input', { a: 1, b: { c: 2, d: [1, 2] } }));
  const again = await once(request('k-input', { b: { d: [1, 2], c: 2 }, a: 1 }));
  expect(again).toEqual({ ...first, replayed: true });
  await expect(once(request('k-input', { a: 1, b: { c: 2, d: [2, 1] } }))).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('a key is the same in capitals, and null is the same as left out', async () => {
  const key = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
  const first = await once(request(key, { note: null, lines: [{ id: 'a', price: null }] }));
  const again = await once(request(key.toUpperCase(), { lines: [{ id: 'a' }] }));
  expect(again).toEqual({ ...first, replayed: true });
});

test("somebody else's key is another key, and work without a key always runs", async () => {
  const ada = await once(request('k-shared'));
  const bo = await once(request('k-shared', { quantity: 9 }, 'buy:bo'));
  expect(bo.replayed).toBe(false);
  expect(bo.result).not.toEqual(ada.result);
  const before = await purchases();
  await once(request(null));
  await once(request(null));
  expect((await purchases()) - before).toBe(2);
});

test('work that fails leaves its key free for the next try', async () => {
  const failing = db.begin((executor) =>
    createIdempotency(executor).once(request('k-fails'), async () => {
      throw new Error('out of paper');
    }),
  );
  await expect(failing).rejects.toThrow('out of paper');
  expect((await once(request('k-fails'))).replayed).toBe(false);
});
