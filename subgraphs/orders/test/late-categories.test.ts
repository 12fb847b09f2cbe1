import { newId } from '@souk/runtime/domain';
import { EVENTS, startRelay } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { createEarlierDatabase, sql, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startOrders } from './shop.ts';

const BEFORE = '20261127123500';

test('the migration tells orders how categories were nested before it stored that', async () => {
  await using earlier = await createEarlierDatabase('products', BEFORE);
  const products = { databaseUrl: earlier.url };
  const [above, under] = [newId('cat'), newId('cat')];
  for (const [id, slug, parentId] of [
    [above, 'above', null],
    [under, 'under', above],
  ]) {
    await sql(
      products,
      'INSERT INTO category (id, slug, name, parent_id) VALUES ($1, $2, $2, $3)',
      [id, slug, parentId],
    );
  }

  await earlier.migrate();

  const told = await sql<{ payload: object; version: number }>(
    products,
    'SELECT payload, stream, sequence::int, version FROM event_record',
  );
  const { payload, version } = EVENTS['products.CategoriesArranged'];
  expect(told).toMatchObject([{ stream: 'categories', sequence: 1, version }]);
  const { categories } = payload.parse(told[0]?.payload) as { categories: unknown[] };
  expect(categories).toHaveLength(2);
  expect(categories).toEqual(
    expect.arrayContaining([
      { categoryId: above, parentId: null },
      { categoryId: under, parentId: above },
    ]),
  );

  await using orders = await startOrders();
  const { jobs } = orders.backplane;
  const relay = startRelay({ databaseUrl: earlier.url, jobs, logger: silentLogger, pollMs: 50 });
  await until(async () => {
    const [kept] = await sql<{ categories: unknown[] }>(
      orders,
      'SELECT categories FROM category_tree',
    );
    return kept?.categories.length === 2;
  });
  await relay.close();
});

test('nothing is sent for a catalogue without categories', async () => {
  await using earlier = await createEarlierDatabase('products', BEFORE);
  await earlier.migrate();
  const streams = await sql({ databaseUrl: earlier.url }, 'SELECT stream FROM event_stream');
  expect(streams).toEqual([]);
});
