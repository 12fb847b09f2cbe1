import { newId, personalSellerIdOf } from '@souk/runtime/domain';
import { EVENTS, startRelay } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { createEarlierDatabase, sql, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startProducts } from './catalogue.ts';

test('the migration makes a seller of each owner of products, with the same products', async () => {
  await using earlier = await createEarlierDatabase('products', '20261126093234');
  const database = { databaseUrl: earlier.url };
  const [userId, productId, variantId] = [newId('usr'), newId('prd'), newId('var')];
  const sellerId = personalSellerIdOf(userId);
  await sql(
    database,
    `INSERT INTO product (id, seller_id, slug, title, status, currency, min_price_minor,
       max_price_minor, published_at, created_at, updated_at, title_key)
     VALUES ($1, $2, 'lamp', 'Lamp', 'ACTIVE', 'EUR', 5, 5, now(), now(), now(), 'lamp')`,
    [productId, userId],
  );
  await sql(
    database,
    `INSERT INTO product_variant (id, product_id, position, seller_id, sku, title, currency,
       price_minor, created_at, updated_at)
     VALUES ($1, $2, 0, $3, 'LAMP', 'Lamp', 'EUR', 5, now(), now())`,
    [variantId, productId, userId],
  );

  await earlier.migrate();

  expect(await sql(database, 'SELECT id, status, named_after FROM seller')).toEqual([
    { id: sellerId, status: 'ACTIVE', named_after: userId },
  ]);
  expect(await sql(database, 'SELECT user_id, role FROM seller_member')).toEqual([
    { user_id: userId, role: 'OWNER' },
  ]);
  const owned = 'SELECT seller_id FROM product UNION ALL SELECT seller_id FROM product_variant';
  expect(await sql(database, owned)).toEqual([{ seller_id: sellerId }, { seller_id: sellerId }]);
  const shelves = await sql<{ shelf: string }>(
    database,
    'SELECT shelf FROM listing ORDER BY shelf',
  );
  expect(shelves.map(({ shelf }) => shelf)).toEqual(['/', `${sellerId}/`]);

  const [told] = await sql<{ payload: object; stream: string }>(
    database,
    `SELECT payload, stream FROM event_record WHERE type = 'products.SellerUpdated'`,
  );
  expect(told?.stream).toBe(`seller:${sellerId}`);
  expect(EVENTS['products.SellerUpdated'].payload.parse(told?.payload)).toMatchObject({
    ...{ sellerId, status: 'ACTIVE', members: [{ userId, role: 'OWNER' }] },
    commissions: [{ categoryId: null, basisPoints: 1000 }],
  });
});

test('people from before the migration are known by their names after it', async () => {
  await using users = await createEarlierDatabase('users', '20261126095000');
  const userId = newId('usr');
  await sql(
    { databaseUrl: users.url },
    `INSERT INTO account (id, username, display_name, email, email_canonical, password_hash,
       password_changed_at, created_at)
     VALUES ($1, 'lena', 'Lena', 'lena@souk.test', 'lena@souk.test', '$argon2id$x', now(), now())`,
    [userId],
  );

  await users.migrate();

  await using products = await startProducts({ worker: true });
  const { jobs } = products.backplane;
  const relay = startRelay({ databaseUrl: users.url, jobs, logger: silentLogger, pollMs: 50 });
  const names = () =>
    sql(products, 'SELECT username, display_name FROM person WHERE user_id = $1', [userId]);
  await until(async () => (await names()).length === 1);
  expect(await names()).toEqual([{ username: 'lena', display_name: 'Lena' }]);
  await relay.close();
});
