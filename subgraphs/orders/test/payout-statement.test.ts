import { deskIdOf, newId, personalSellerIdOf } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import {
  as,
  type ServedRoutes,
  type StartedSubgraph,
  serveRoutes,
  sql,
  until,
} from '@souk/testkit';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orders } from '../src/app.ts';
import { payOut } from '../src/use-cases/ledger/pay-out.ts';
import { writeStatement } from '../src/use-cases/ledger/write-statement.ts';
import { refundOrder } from '../src/use-cases/selling/refund-order.ts';
import { type CheckoutShop, checkoutShopOf } from './checkout-shop.ts';
import { CONFIG, type Shop, shopOf, startOrders } from './shop.ts';

let graph: StartedSubgraph;
let shop: Shop;
let checkout: CheckoutShop;
let served: ServedRoutes;
let address = '';
let opened: Awaited<ReturnType<typeof orders.open>>;
const sent: string[] = [];
const config = { ...CONFIG, payoutDelayDays: 14, documentsUrl: () => address };
let now = Date.now();
const clock = () => new Date(now);
beforeAll(async () => {
  graph = await startOrders({ config, clock });
  served = await serveRoutes(() => graph.subgraph);
  address = served.url;
  shop = shopOf(graph);
  checkout = checkoutShopOf(graph, shop);
  opened = await orders.open({
    ...{ config, clock, newId, logger: silentLogger },
    ...{ databaseUrl: graph.databaseUrl, backplane: graph.backplane },
    cursorSecret: 'a secret for tests, long enough for anyone',
    onStatement: (statement) => sent.push(statement),
  });
});
afterAll(async () => {
  await opened?.infrastructure.close();
  await served?.[Symbol.asyncDispose]();
  await graph?.[Symbol.asyncDispose]();
});

const DAY_MS = 86_400_000;
const [vera, bo, eve] = ['vera', 'bo', 'eve'].map((name) => as(name)) as [
  ReturnType<typeof as>,
  ReturnType<typeof as>,
  ReturnType<typeof as>,
];
const VASES = personalSellerIdOf(vera.userId);

const PAYOUTS = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on SellerDesk {
  payouts { edges { node { id number amount { minorUnits } statement { url expiresAt fileName contentType } } } } } } }`;
const newestPayout = async () => {
  const refs = [{ __typename: 'SellerDesk', id: deskIdOf(VASES) }];
  const data = await graph.ask(PAYOUTS, { refs }, vera);
  return data._entities[0].payouts.edges[0].node;
};
const tableOf = (text: string): Record<string, string>[] => parse(text, { columns: true });
const sumOf = (rows: readonly Record<string, string>[], column: string) =>
  rows.reduce((sum, row) => sum + Math.round(Number(row[column]) * 100), 0);

/** A payout of one sale of three vases, of which one was given back. */
async function paidOut() {
  await graph.deliver(
    'products.SellerCreated',
    {
      ...{ sellerId: VASES, handle: 'vases', displayName: 'Vases', status: 'ACTIVE', version: 1 },
      members: [{ userId: vera.userId, role: 'OWNER' }],
      commissions: [{ categoryId: null, basisPoints: 1_000 }],
    },
    { stream: `seller:${VASES}`, sequence: 1 },
  );
  await shop.idle();
  const vase = await shop.item({ title: '=Vase, "blue"', sellerId: VASES, priceMinor: 333 });
  const cart = await checkout.ready([{ variantId: vase.variantId, quantity: 3 }], {}, bo);
  const { order } = await checkout.place({ ...checkout.inputFor(cart), cartId: null }, bo);
  await shop.deliverReserved(order.id);
  const paid = await until(async () => {
    const found = await checkout.find(order.id, { viewer: bo });
    return found.status === 'PAID' ? found : null;
  });
  const [part] = paid.sellerOrders;
  const [line] = await opened.services.reads.sellerOrders.linesOf([part.id]);
  await refundOrder(opened.services, vera, {
    sellerOrderId: part.id,
    lines: [{ lineId: line?.id as string, quantity: 1 }],
    idempotencyKey: '9f8e0c1a-8b3f-4a36-9d0e-2f4f1a9b7c01',
  });
  now += 15 * DAY_MS;
  await payOut(opened.services);
  return { part: await newestPayout(), line, cart };
}

test('a statement lists each movement and the parts of a sale, and sums to the payout', async () => {
  const { part: payout, line, cart } = await paidOut();
  const { statement, number, amount } = payout;
  expect(statement).toMatchObject({
    fileName: `statement-${number}.csv`,
    contentType: 'text/csv',
  });
  const response = await fetch(statement.url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toContain(`statement-${number}.csv`);
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  const rows = tableOf(await response.text());
  const of = (row: string, kind?: string) =>
    rows.filter((each) => each.row === row && (kind === undefined || each.kind === kind));
  expect(rows.every(({ payout: of, currency }) => of === number && currency === 'EUR')).toBe(true);
  expect(of('ENTRY').map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['SALE', 'COMMISSION', 'REFUND', 'COMMISSION_REFUND']),
  );
  for (const row of ['ENTRY', 'SUM', 'PAYOUT'])
    expect(sumOf(of(row), 'amount')).toBe(amount.minorUnits);
  // A title that would be a formula is a text, and nobody's columns shift by its comma.
  expect(of('DETAIL', 'LINE')).toMatchObject([
    { sku: line?.sku, title: '\'=Vase, "blue"', quantity: '3', detail: '9.99', amount: '' },
  ]);
  expect(sumOf(of('DETAIL'), 'detail')).toBe(sumOf(of('ENTRY', 'SALE'), 'amount'));
  expect(sumOf(of('ENTRY', 'SALE'), 'amount')).toBe(cart.total.minorUnits);
});

test('a link is valid for ten minutes, unchanged, and only for its document', async () => {
  const { statement } = await newestPayout();
  const statusOf = async (url: string, method = 'GET') => (await fetch(url, { method })).status;
  expect(await statusOf(statement.url, 'HEAD')).toBe(200);
  expect(await statusOf(statement.url, 'POST')).toBe(405);
  expect(await statusOf(`${statement.url.slice(0, -4)}AAAA`)).toBe(404);
  expect(await statusOf(statement.url.replace('/orders/', '/users/'))).toBe(404);
  now += 9 * 60_000;
  expect(await statusOf(statement.url)).toBe(200);
  now += 2 * 60_000;
  expect(await statusOf(statement.url)).toBe(404);
});

test('nobody else is given a link', async () => {
  const { id } = await newestPayout();
  const refs = [{ __typename: 'Payout', id }];
  const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Payout { statement { url } } } }`;
  for (const viewer of [bo, eve, null]) {
    const { data } = await graph.execute(query, { refs }, viewer);
    expect(data?._entities ?? [null]).toEqual([null]);
  }
});

test('a long statement is written in pieces, none missing, of three statements each', async () => {
  const payoutId = newId('pot');
  await sql(
    graph,
    `INSERT INTO payout (id, number, seller_id, currency, status, amount_minor, period_start, period_end, created_at)
     VALUES ($1, 'P-LONG1-STMNT', $2, 'EUR', 'PAID', 1200, now(), now(), now())`,
    [payoutId, VASES],
  );
  await sql(
    graph,
    `INSERT INTO ledger_entry (id, movement_id, kind, account, seller_id, currency, amount_minor,
       balance_after_minor, payout_id, occurred_at)
     SELECT 'led_' || lpad(n::text, 20, '0') || side, 'mov_' || n, 'SALE', CASE side WHEN 'a' THEN 'SELLER' ELSE 'BUYER' END,
       CASE side WHEN 'a' THEN $2 END, 'EUR', CASE side WHEN 'a' THEN 1 ELSE -1 END,
       CASE side WHEN 'a' THEN n END, CASE side WHEN 'a' THEN $1 END, now()
     FROM generate_series(1, 1200) n, unnest(ARRAY['a', 'b']) side`,
    [payoutId, VASES],
  );
  sent.length = 0;
  const pieces: string[] = [];
  for await (const piece of writeStatement(opened.services, payoutId)) pieces.push(piece);
  const rows = tableOf(pieces.join(''));
  expect(rows.filter(({ row }) => row === 'ENTRY')).toHaveLength(1_200);
  expect(rows.slice(-2)).toMatchObject([
    { row: 'SUM', kind: 'SALE', amount: '12.00' },
    { row: 'PAYOUT', amount: '12.00' },
  ]);
  // The columns, three pieces of 500, 500 and 200, and the sums.
  expect(pieces).toHaveLength(5);
  expect(sent).toHaveLength(1 + 3);
});
