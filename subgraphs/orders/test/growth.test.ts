import { viewerIdOf } from '@souk/runtime/domain';
import { databasePool } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { FOUND_FIRST, SEARCH_VERSION, WALKED } from '@souk/runtime/search';
import { as, sql, userIdOf } from '@souk/testkit';
import {
  costOfRead,
  expectNoOverread,
  GROWTH,
  grownId,
  grownIdSql,
  type ReadCost,
  recordStatements,
} from '@souk/testkit/growth';
import { expect, test } from 'vitest';
import { retention } from '../src/persistence/retention.ts';
import { ADDRESS, startOrders } from './shop.ts';

const { rows } = GROWTH;
const IDA = userIdOf('ida');
const order = (expression: string) => grownIdSql('ord', expression);

/** The oldest, who all have a word that no newer one has: more than are found first, and a list's walk ends before it meets them. */
const BYGONE = Math.floor((3 * rows) / 20);

/** Few of one buyer's have the word that all those of others have, and a tenth of one seller's a rare one. */
const WORDS = `(CASE WHEN n % 1000 = 0 THEN '''common'':1A ''seldom'':2A ' WHEN n % 1000 = 50 THEN '''other'':1A ''rare'':2A '
  WHEN n % 50 = 0 THEN '''other'':1A ' ELSE '''common'':1A ' END || CASE WHEN n <= ${BYGONE} THEN '''bygone'':2A ' ELSE '' END)`;

/** One of them has three quarters of all parts. */
const SELLER = `CASE WHEN n % 4 > 0 THEN '${grownId('sel', 50)}' ELSE ${grownIdSql('sel', 'n % 100')} END`;

const FILL = [
  // One buyer has a fiftieth of all orders.
  `INSERT INTO placed_order (id, number, buyer_id, status, currency, subtotal_minor, total_minor,
     shipping_address, placed_at, updated_at, reserved_until, search_version, search)
   SELECT ${order('n')}, 'N' || n, CASE WHEN n % 50 = 0 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n % 1000')} END,
     CASE WHEN n % 100 = 0 THEN 'PENDING' ELSE 'RESERVED' END, 'EUR', 100, 100, '${JSON.stringify(ADDRESS)}', now(), now(), now() + interval '1 day',
     ${SEARCH_VERSION}, (${WORDS} || CASE WHEN n % 50 = 0 THEN '''_${IDA}''' ELSE '' END)::tsvector
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO seller_order (id, order_id, position, number, seller_id, buyer_id, status, currency,
     subtotal_minor, total_minor, placed_at, updated_at, search_version, search)
   SELECT ${grownIdSql('sor', 'n')}, ${order('n')}, 0, 'N' || n || '-1', ${SELLER},
     CASE WHEN n % 50 = 0 THEN '${IDA}' END, 'WAITING', 'EUR', 100, 100, now(), now(), ${SEARCH_VERSION},
     (${WORDS} || '''_' || ${SELLER} || '''')::tsvector
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO payment (id, order_id, provider, reference, method_code, method_kind, method_label, status,
     currency, amount_minor, created_at, updated_at)
   SELECT ${grownIdSql('pay', 'n')}, ${order('n')}, 'test', 'r' || n, 'test_card', 'TEST', 'Card', 'FAILED',
     'EUR', 100, now(), now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO shipment (id, seller_order_id, status, created_at)
   SELECT ${grownIdSql('shp', 'n')}, ${grownIdSql('sor', 'n')}, 'IN_TRANSIT', now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO shipment_line (shipment_id, order_line_id, quantity)
   SELECT ${grownIdSql('shp', 'n')}, ${grownIdSql('oln', 'n')}, 1 FROM generate_series(1, ${rows}) n`,
  `INSERT INTO refund (id, order_id, payment_id, seller_order_id, currency, amount_minor, created_at)
   SELECT ${grownIdSql('rfd', 'n')}, ${order('n')}, ${grownIdSql('pay', 'n')}, ${grownIdSql('sor', 'n')},
     'EUR', 1, now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO refund_line (refund_id, order_line_id, quantity, amount_minor)
   SELECT ${grownIdSql('rfd', 'n')}, ${grownIdSql('oln', 'n')}, 1, 1 FROM generate_series(1, ${rows}) n`,
  `INSERT INTO return_request (id, number, seller_order_id, seller_id, status, reason, requested_at)
   SELECT ${grownIdSql('ret', 'n')}, 'R' || n, ${grownIdSql('sor', 'n')}, ${grownIdSql('sel', 'n % 100')},
     'REQUESTED', 'OTHER', now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO return_line (return_id, order_line_id, quantity)
   SELECT ${grownIdSql('ret', 'n')}, ${grownIdSql('oln', 'n')}, 1 FROM generate_series(1, ${rows}) n`,
  `INSERT INTO order_snapshot (id, order_id, shared_by, shared_at)
   SELECT ${grownIdSql('osn', 'n')}, ${order('n')}, '${IDA}', now() FROM generate_series(1, ${rows}) n`,
  `INSERT INTO payout (id, number, seller_id, currency, status, amount_minor, period_start, period_end, created_at)
   SELECT ${grownIdSql('pot', 'n')}, 'P' || n, ${grownIdSql('sel', 'n % 100')}, 'EUR', 'PAID', 1, now(), now(), now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO ledger_entry (id, movement_id, kind, account, seller_id, currency, amount_minor,
     balance_after_minor, seller_order_id, payout_id, available_at, occurred_at)
   SELECT ${grownIdSql('led', 'n')}, 'm' || n, 'SALE', 'SELLER', ${grownIdSql('sel', 'n % 100')}, 'EUR', 1, 1,
     ${grownIdSql('sor', 'n')}, ${grownIdSql('pot', 'n')}, now(), now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO seller_account (seller_id, currency, balance_minor)
   SELECT ${grownIdSql('sel', 'n')}, 'EUR', 1 FROM generate_series(1, 100) n`,
  `INSERT INTO timeline_entry (id, order_id, kind, text, occurred_at)
   SELECT ${grownIdSql('tle', 'n')}, ${order('n')}, 'PLACED', 'It was placed.', now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO order_line (id, order_id, seller_order_id, position, variant_id, product_id, seller_id, sku, title,
     quantity, unit_price_minor, total_minor)
   SELECT ${grownIdSql('oln', 'n')}, ${order('n')}, ${grownIdSql('sor', 'n')}, 0, ${grownIdSql('var', 'n % 500')},
     ${grownIdSql('prd', 'n % 500')}, ${grownIdSql('usr', 'n % 100')}, 'SKU', 'Title', 1, 100, 100
   FROM generate_series(1, ${rows}) n`,
  // Half of them are of people who have not come back for a year, a sixth of guests who have not for a month.
  `INSERT INTO cart (id, owner_id, key, currency, created_at, updated_at)
   SELECT ${grownIdSql('crt', 'n')}, CASE WHEN n = 50 THEN '${IDA}' WHEN n % 2 = 0 THEN ${grownIdSql('usr', 'n')} END,
     'key ' || n, 'EUR', now(), now() - CASE WHEN n % 2 = 0 THEN interval '1 year' WHEN n % 3 = 0 THEN interval '30 days' ELSE interval '0' END
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO cart_line (id, cart_id, variant_id, quantity, title, currency, unit_price_minor, added_at)
   SELECT ${grownIdSql('cln', 'n')}, ${grownIdSql('crt', 'n')}, ${grownIdSql('var', 'n % 500')}, 1,
     'Title', 'EUR', 100, now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO priced_item (variant_id, product_id, seller_id, sku, title, currency, price_minor, status)
   SELECT ${grownIdSql('var', 'n')}, ${grownIdSql('prd', 'n')}, ${grownIdSql('usr', 'n % 100')}, 'SKU',
     'Title', 'EUR', 100, 'ACTIVE'
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO product_sales (product_id, units)
   SELECT ${grownIdSql('prd', 'n')}, n FROM generate_series(1, ${rows}) n`,
  `INSERT INTO product_purchase (buyer_id, product_id)
   SELECT '${IDA}', ${grownIdSql('prd', 'n')} FROM generate_series(1, ${rows}) n`,
  `INSERT INTO event_stream (stream, sequence)
   SELECT 'order:' || ${order('n')}, 1 FROM generate_series(1, ${rows}) n`,
];

const filled = expectNoOverread('orders', {
  start: startOrders,
  fill: FILL,
  sample: {
    ids: {
      Cart: [grownId('crt', 50)],
      CartLine: [grownId('cln', 50)],
      Order: [50, 100, 150].map((n) => grownId('ord', n)),
      SellerDesk: [grownId('dsk', 50)],
      Shipment: [grownId('shp', 50)],
      Refund: [grownId('rfd', 50)],
      Return: [grownId('ret', 50)],
      OrderSnapshot: [grownId('osn', 50)],
      LedgerEntry: [grownId('led', 50)],
      Payout: [grownId('pot', 50)],
      Payment: [grownId('pay', 50)],
      Product: [50, 100].map((n) => grownId('prd', n)),
      ProductVariant: [50, 100].map((n) => grownId('var', n)),
      SellerOrder: [grownId('sor', 50)],
      TimelineEntry: [grownId('tle', 50)],
      OrderLine: [50, 100].map((n) => grownId('oln', n)),
      Viewer: [viewerIdOf(IDA)],
    },
    values: {
      'Query.cart.id': [grownId('crt', 51)],
      'Query.order.id': [grownId('ord', 50)],
      'Query.order.number': ['N50'],
      'Query.order.guestToken': [],
      'Query.sellerOrder.id': [grownId('sor', 50)],
      'Query.sellerOrder.number': ['N50-1'],
      'Query.orderSnapshot.id': [grownId('osn', 50)],
      'ProductVariant.shippingEstimate.country': ['SE'],
      'SellerDesk.orders.filter': [
        { statuses: ['WAITING'] },
        { query: 'rare' },
        { query: 'other' },
        { query: 'common' },
      ],
      'SellerDesk.returns.status': ['REQUESTED'],
      'Query.orders.filter': [
        { buyerId: IDA },
        { statuses: ['PENDING'] },
        { query: 'seldom' },
        { query: 'common' },
      ],
      'Viewer.orders.filter': [{ statuses: ['PENDING'] }, { query: 'common' }],
    },
    boundedPages: {
      // Whether so many have the words: as many are looked at, at most.
      'WHERE nth = $2::int': FOUND_FIRST,
      // The walk through a list for common words, which ends there.
      'stretch AS MATERIALIZED': WALKED,
    },
    // Orders, and parts of them.
    variants: { 'WHERE nth = $2::int': 2, 'stretch AS MATERIALIZED': 4 },
    // And one more, by which it is known that there are.
    mostFound: FOUND_FIRST + 1,
  },
  viewer: as('ida', 'ADMIN'),
  rules: retention,
  reads: 60,
});

const LIST = 'edges { node { id } } pageInfo { endCursor }';
const LISTS = {
  placed_order: {
    query: `query ($filter: OrderFilter, $after: String) { list: orders(filter: $filter, first: 3, after: $after) { ${LIST} } }`,
    isIn: 'true',
  },
  seller_order: {
    query: `query ($refs: [_Any!]!, $filter: SellerOrderFilter, $after: String) {
      _entities(representations: $refs) { ... on SellerDesk { list: orders(filter: $filter, first: 3, after: $after) { ${LIST} } } } }`,
    isIn: `seller_id = '${grownId('sel', 50)}'`,
  },
} as const;
type Table = keyof typeof LISTS;

interface Page {
  edges: { node: { id: string } }[];
  pageInfo: { endCursor: string | null };
}

/** Ids of what has a word, three pages of three, one after the other. */
async function pagesOf(table: Table, word: string) {
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 3; page += 1) {
    const refs = [{ __typename: 'SellerDesk', id: grownId('dsk', 50) }];
    const given = { ...(table === 'seller_order' && { refs }), filter: { query: word }, after };
    const data = await filled().ask(LISTS[table].query, given, as('ida', 'ADMIN'));
    const { edges, pageInfo } = (data.list ?? data._entities[0].list) as Page;
    ids.push(...edges.map(({ node }) => node.id));
    after = pageInfo.endCursor;
  }
  return ids;
}

/** Ids of what has a word, the newest first. */
async function newestWith(table: Table, word: string) {
  const where = `search @@ '''${word}'''::tsquery AND ${LISTS[table].isIn}`;
  const rows = await sql<{ id: string }>(
    filled(),
    `SELECT id FROM ${table} WHERE ${where} ORDER BY id DESC`,
  );
  return rows.map(({ id }) => id);
}

for (const table of ['placed_order', 'seller_order'] as const) {
  test(`words that many of ${table} have are met from the newest on, page after page`, async () => {
    expect(await pagesOf(table, 'common')).toEqual((await newestWith(table, 'common')).slice(0, 9));
  });

  test(`words that only the oldest of ${table} have are looked for in a part of the list, and then found`, async () => {
    const ids = await newestWith(table, 'bygone');
    expect(ids.length).toBeGreaterThan(FOUND_FIRST);
    const sent = await recordStatements(async () => {
      expect(await pagesOf(table, 'bygone')).toEqual(ids.slice(0, 9));
    });
    const client = openClient(databasePool(filled().databaseUrl));
    await client.connect();
    // The first page begins in front of all that have no such word, the others right behind what has it.
    const pages = sent.filter(({ text }) => text.includes('stretch AS MATERIALIZED'));
    const costs: ReadCost[] = [];
    for (const page of pages) costs.push(await costOfRead(client, page));
    await client.end();
    const [first, ...later] = costs;
    expect(first?.found, first?.plan).toBe(ids.length);
    // A walk through the list passes what is listed, and where the planner walks through all, what is not.
    expect(first?.looked, first?.plan).toBeLessThan(1.4 * WALKED + ids.length);
    expect(later).toHaveLength(2);
    for (const { found, looked, plan } of later) {
      expect(found, plan).toBe(0);
      expect(looked, plan).toBeLessThan(200);
    }
  });
}
