import { storedMinor } from '@souk/runtime/domain';
import { sellerStream } from '@souk/runtime/events';
import {
  createSearchIndex,
  type KeptWords,
  narrowedQueryOf,
  pageOfCommonWords,
  SEARCH_VERSION,
} from '@souk/runtime/search';
import { Prisma, type SellerOrder as SellerOrderRow } from '../__generated__/prisma/client.ts';
import type { OrderLine, SellerOrder } from '../domain/order.ts';
import type { SellerOrderCriteria } from '../domain/order-filter.ts';
import { canonicalOrderNumber, canonicalPartNumber } from '../domain/order-number.ts';
import type { SellerOrderStatus } from '../domain/selling/seller-order-status.ts';
import type { Db } from './client.ts';
import { isOneOf } from './is-one-of.ts';
import { lineOfRow } from './order-store.ts';
import { placedWithin } from './placed-within.ts';

/** A seller's part of an order, and the head of its seller's stream at the same moment. */
export interface StoredSellerOrder extends SellerOrder {
  headSequence: number;
}

/** Parts of orders; callers that change one have locked its order first. */
export interface SellerOrderStore {
  findMany(ids: readonly string[]): Promise<StoredSellerOrder[]>;
  findManyByNumber(numbers: readonly string[]): Promise<StoredSellerOrder[]>;
  /** In the order of their lines. */
  ofOrders(orderIds: readonly string[]): Promise<StoredSellerOrder[]>;
  linesOf(sellerOrderIds: readonly string[]): Promise<OrderLine[]>;
  /** Those of a new order, with the words of its recipient. */
  insertMany(parts: readonly SellerOrder[], recipient: string): Promise<void>;
  /** The words by which they are found. */
  readonly words: KeptWords;
  save(
    part: Pick<
      SellerOrder,
      | 'id'
      | 'status'
      | 'refundedMinor'
      | 'looseRefundMinor'
      | 'version'
      | 'updatedAt'
      | 'deliveredAt'
    >,
  ): Promise<void>;
  /** Those of a seller, newest first, older than `before`. */
  page(
    of: SellerOrderCriteria,
    page: { before: string | null; limit: number },
  ): Promise<StoredSellerOrder[]>;
  count(of: SellerOrderCriteria): Promise<number>;
  /** A seller's next part after another one whose order waits for its stock or its money. */
  nextWaiting(sellerId: string, after: string): Promise<{ id: string; orderId: string } | null>;
  /** Records how many units of lines were sent, returned and refunded. */
  saveLines(lines: readonly OrderLine[]): Promise<void>;
}

const COLUMNS = Prisma.sql`
  s.id, s.order_id AS "orderId", s.position, s.number, s.seller_id AS "sellerId",
  s.buyer_id AS "buyerId", s.status, s.currency, s.subtotal_minor AS "subtotalMinor",
  s.shipping_minor AS "shippingMinor", s.tax_minor AS "taxMinor",
  s.discount_minor AS "discountMinor", s.total_minor AS "totalMinor",
  s.refunded_minor AS "refundedMinor", s.loose_refund_minor AS "looseRefundMinor",
  s.commission_minor AS "commissionMinor", s.delivery_label AS "deliveryLabel",
  s.deliver_from AS "deliverFrom", s.deliver_until AS "deliverUntil", s.version,
  s.placed_at AS "placedAt", s.updated_at AS "updatedAt", s.delivered_at AS "deliveredAt"`;

type StoredRow = SellerOrderRow & { headSequence: bigint };

export const createSellerOrderStore = (db: Db): SellerOrderStore => {
  const read = async (
    condition: Prisma.Sql,
    parts = Prisma.sql`seller_order`,
  ): Promise<StoredSellerOrder[]> => {
    const rows = await db.$queryRaw<StoredRow[]>`
      SELECT ${COLUMNS}, coalesce(e.sequence, 0) AS "headSequence"
      FROM ${parts} s
      LEFT JOIN event_stream e ON e.stream = ${sellerStream.prefix}::text || s.seller_id
      WHERE ${condition}`;
    return rows.map(partOfRow);
  };
  const index = createSearchIndex<SearchedPart>(db, {
    table: 'seller_order',
    // Sellers are not shown the other texts of an order, so they find nothing by those.
    columns: `id, seller_id AS "sellerId",
      (SELECT o.shipping_address ->> 'name' FROM placed_order o WHERE o.id = order_id) AS recipient`,
    textsOf: ({ recipient }) => [[recipient, 'A']],
    keysOf: ({ sellerId }) => [sellerId],
    indexed: 'true',
  });
  return {
    words: index.words,
    insertMany: async (parts, recipient) => {
      const rows = parts.map((part) => {
        const search = index.vectorOf({ ...part, recipient });
        return Object.entries({ ...part, search, searchVersion: SEARCH_VERSION });
      });
      const columns = Prisma.raw((rows[0] ?? []).map(([field]) => columnOf(field)).join(', '));
      const made = rows.map((row) =>
        Object.fromEntries(row.map(([field, value]) => [columnOf(field), value])),
      );
      // Prisma cannot write search words: a second statement would write each row again.
      await db.$executeRaw`
        INSERT INTO seller_order (${columns})
        SELECT ${columns} FROM jsonb_populate_recordset(NULL::seller_order, ${JSON.stringify(made)}::jsonb)`;
    },
    findMany: (ids) => read(Prisma.sql`s.id = ANY(${[...ids]})`),
    findManyByNumber: (numbers) => read(Prisma.sql`s.number = ANY(${[...numbers]})`),
    ofOrders: (orderIds) =>
      read(Prisma.sql`s.order_id = ANY(${[...orderIds]}) ORDER BY s.order_id, s.position`),
    page: async (of, { before, limit }) => {
      const from = before === null ? Prisma.empty : Prisma.sql`AND o.id < ${before}`;
      const isListed = Prisma.sql`${matching(of)} ${from}`;
      const parts = (await index.matchesFew(wordsOf(of)))
        ? partsWith(of)
        : pageOfCommonWords(Prisma.sql, {
            ...{ table: Prisma.sql`seller_order`, isListed, isMeant: isMeant(of), limit },
          });
      // Heads are looked up of what is on the page, and not of all that was found.
      const page = Prisma.sql`(
        SELECT o.* FROM ${parts} o WHERE ${isListed} ORDER BY o.id DESC LIMIT ${limit})`;
      return read(Prisma.sql`TRUE ORDER BY s.id DESC`, page);
    },
    count: async (of) => {
      const [row] = await db.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM ${partsWith(of)} o WHERE ${matching(of)}`;
      return Number(row?.count ?? 0);
    },
    nextWaiting: (sellerId, after) =>
      db.sellerOrder.findFirst({
        where: { sellerId, status: 'WAITING', id: { gt: after } },
        orderBy: { id: 'asc' },
        select: { id: true, orderId: true },
      }),
    linesOf: async (sellerOrderIds) => {
      const rows = await db.orderLine.findMany({
        where: { sellerOrderId: { in: [...sellerOrderIds] } },
        orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
      });
      return rows.map(lineOfRow);
    },
    save: async ({
      id,
      status,
      refundedMinor,
      looseRefundMinor,
      version,
      updatedAt,
      deliveredAt,
    }) => {
      const data = { status, refundedMinor, looseRefundMinor, version, updatedAt, deliveredAt };
      await db.sellerOrder.update({ where: { id }, data });
    },
    saveLines: async (lines) => {
      await db.$executeRaw`
        UPDATE order_line l SET shipped_quantity = n.shipped, returned_quantity = n.returned,
          refunded_quantity = n.refunded, refunded_minor = n.minor,
          restocked_quantity = n.restocked, lost_quantity = n.lost
        FROM unnest(${lines.map(({ id }) => id)}::text[],
          ${lines.map(({ shippedQuantity }) => shippedQuantity)}::int[],
          ${lines.map(({ returnedQuantity }) => returnedQuantity)}::int[],
          ${lines.map(({ refundedQuantity }) => refundedQuantity)}::int[],
          ${lines.map(({ refundedMinor }) => refundedMinor)}::bigint[],
          ${lines.map(({ restockedQuantity }) => restockedQuantity)}::int[],
          ${lines.map(({ lostQuantity }) => lostQuantity)}::int[])
          AS n (id, shipped, returned, refunded, minor, restocked, lost)
        WHERE l.id = n.id`;
    },
  };
};

/** Of a part `o`. */
function matching(criteria: SellerOrderCriteria): Prisma.Sql {
  const { sellerId, statuses, hasReturn } = criteria;
  const all = [Prisma.sql`o.seller_id = ${sellerId}`, ...placedWithin('sor', criteria)];
  if (statuses !== null) all.push(isOneOf(Prisma.sql`o.status`, statuses));
  if (hasReturn !== null) {
    const returned = Prisma.sql`o.id IN (
      SELECT r.seller_order_id FROM return_request r WHERE r.seller_id = ${sellerId})`;
    all.push(hasReturn ? returned : Prisma.sql`NOT (${returned})`);
  }
  return Prisma.join(all, ' AND ');
}

/** By what a part is found. */
type SearchedPart = Pick<SellerOrder, 'id' | 'sellerId'> & { recipient: string };

const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a seller's parts have that match a query; null where nothing can be found, or nothing is searched for. */
const wordsOf = ({ query, sellerId }: SellerOrderCriteria) =>
  query === null ? null : narrowedQueryOf(query, [sellerId]);

/**
 * Whether a part `f` has the words or the number that are searched for. The words are those of this seller's parts alone; that
 * a number is of theirs is checked with the other criteria.
 */
const isMeant = (criteria: SellerOrderCriteria): Prisma.Sql => Prisma.sql`
  f.search @@ ${wordsOf(criteria)}::tsquery
  OR f.number = ${criteria.query && canonicalPartNumber(criteria.query)} OR f.order_id = (
    SELECT n.id FROM placed_order n WHERE n.number = ${criteria.query && canonicalOrderNumber(criteria.query)})`;

/** All parts, or those with a number or some words: found before they are sorted (OFFSET 0 enforces that). */
const partsWith = (criteria: SellerOrderCriteria): Prisma.Sql =>
  criteria.query === null
    ? Prisma.sql`seller_order`
    : Prisma.sql`(SELECT f.* FROM seller_order f WHERE ${isMeant(criteria)} OFFSET 0)`;

const partOfRow = (row: StoredRow): StoredSellerOrder => ({
  ...row,
  status: row.status as SellerOrderStatus,
  subtotalMinor: storedMinor(row.subtotalMinor),
  shippingMinor: storedMinor(row.shippingMinor),
  taxMinor: storedMinor(row.taxMinor),
  discountMinor: storedMinor(row.discountMinor),
  totalMinor: storedMinor(row.totalMinor),
  refundedMinor: storedMinor(row.refundedMinor),
  looseRefundMinor: storedMinor(row.looseRefundMinor),
  commissionMinor: storedMinor(row.commissionMinor),
  headSequence: Number(row.headSequence),
});
