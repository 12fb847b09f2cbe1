import { type PostalAddress, storedMinor } from '@souk/runtime/domain';
import { orderStream } from '@souk/runtime/events';
import { announceLocks } from '@souk/runtime/persistence';
import {
  createSearchIndex,
  type KeptWords,
  narrowedQueryOf,
  pageOfCommonWords,
  SEARCH_VERSION,
  searchQueryOf,
} from '@souk/runtime/search';
import {
  type OrderLine as LineRow,
  type PlacedOrder as OrderRow,
  Prisma,
} from '../__generated__/prisma/client.ts';
import type { Order, OrderLine } from '../domain/order.ts';
import type { OrderCriteria } from '../domain/order-filter.ts';
import { canonicalOrderNumber } from '../domain/order-number.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { OrderPaymentStatus } from '../domain/payment/payment-status.ts';
import { type StatusReason, wordsOfReason } from '../domain/status-reason.ts';
import type { Db } from './client.ts';
import { isOneOf } from './is-one-of.ts';
import { placedWithin } from './placed-within.ts';

/** An order, and the head of its event stream at the same moment. */
export interface StoredOrder extends Order {
  headSequence: number;
}

export interface OrderStore {
  /** Locked until the transaction ends: steps of one order come one after the other. */
  lock(id: string): Promise<Order | null>;
  findMany(ids: readonly string[]): Promise<StoredOrder[]>;
  findManyByNumber(numbers: readonly string[]): Promise<StoredOrder[]>;
  insert(order: Order): Promise<void>;
  insertLines(lines: readonly OrderLine[]): Promise<void>;
  /** Writes the changeable fields of a locked order. */
  setStatus(
    order: Pick<
      Order,
      | 'id'
      | 'status'
      | 'paymentStatus'
      | 'paidBy'
      | 'reason'
      | 'refundedMinor'
      | 'version'
      | 'reservedUntil'
      | 'updatedAt'
    >,
  ): Promise<void>;
  /** Orders whose time is over, the longest overdue first. */
  expired(now: Date, limit: number): Promise<string[]>;
  /** Newest first, older than `before`. */
  page(
    criteria: OrderCriteria,
    page: { before: string | null; limit: number },
  ): Promise<StoredOrder[]>;
  count(criteria: OrderCriteria): Promise<number>;
  /** The words by which they are found. */
  readonly words: KeptWords;
  linesOf(orderIds: readonly string[]): Promise<OrderLine[]>;
  findLines(ids: readonly string[]): Promise<OrderLine[]>;
}

const COLUMNS = Prisma.sql`
  o.id, o.number, o.buyer_id AS "buyerId", o.status, o.reason, o.status_reason AS "statusReason", o.currency,
  o.subtotal_minor AS "subtotalMinor", o.shipping_minor AS "shippingMinor",
  o.payment_status AS "paymentStatus", o.paid_by AS "paidBy", o.tax_minor AS "taxMinor", o.tax_included AS "taxIncluded",
  o.discount_minor AS "discountMinor", o.total_minor AS "totalMinor",
  o.refunded_minor AS "refundedMinor", o.shipping_address AS "shippingAddress",
  o.billing_address AS "billingAddress", o.email, o.note, o.version,
  o.reserved_until AS "reservedUntil", o.placed_at AS "placedAt", o.updated_at AS "updatedAt"`;

/** One statement sees one snapshot: an order and its head never disagree. */
const withHead = (orders: Prisma.Sql) => Prisma.sql`
  SELECT ${COLUMNS}, coalesce(e.sequence, 0) AS "headSequence"
  FROM ${orders} o LEFT JOIN event_stream e ON e.stream = ${orderStream.prefix}::text || o.id`;

/** The texts by which an order is found. */
type SearchedOrder = Pick<Order, 'id' | 'buyerId' | 'email' | 'shippingAddress' | 'billingAddress'>;

type StoredRow = OrderRow & { headSequence: bigint };

export const createOrderStore = (db: Db): OrderStore => {
  const read = async (condition: Prisma.Sql, orders = Prisma.sql`placed_order`) => {
    const rows = await db.$queryRaw<StoredRow[]>`${withHead(orders)} WHERE ${condition}`;
    return rows.map((row) => ({ ...orderOfRow(row), headSequence: Number(row.headSequence) }));
  };
  const linesWhere = async (where: Prisma.OrderLineWhereInput) => {
    const rows = await db.orderLine.findMany({
      where,
      orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
    });
    return rows.map(lineOfRow);
  };
  const index = createSearchIndex<SearchedOrder>(db, {
    table: 'placed_order',
    columns:
      'id, buyer_id AS "buyerId", email, shipping_address AS "shippingAddress", billing_address AS "billingAddress"',
    textsOf: ({ email, shippingAddress, billingAddress }) => [
      [shippingAddress.name, 'A'],
      [billingAddress?.name ?? null, 'B'],
      [email, 'C'],
    ],
    keysOf: ({ buyerId }) => (buyerId === null ? [] : [buyerId]),
    indexed: 'true',
  });
  return {
    words: index.words,
    lock: async (id) => {
      announceLocks(db, id);
      const [row] = await db.$queryRaw<OrderRow[]>`
        SELECT ${COLUMNS} FROM placed_order o WHERE o.id = ${id} FOR UPDATE`;
      return row ? orderOfRow(row) : null;
    },
    findMany: (ids) => read(Prisma.sql`o.id = ANY(${[...ids]})`),
    findManyByNumber: (numbers) => read(Prisma.sql`o.number = ANY(${[...numbers]})`),
    insert: async (order) => {
      // With its search words, which Prisma cannot write: a second statement would write the row again.
      await db.$executeRaw`
        INSERT INTO placed_order (
          id, number, buyer_id, status, payment_status, paid_by, reason, status_reason, currency,
          subtotal_minor, shipping_minor, tax_minor, tax_included, discount_minor, total_minor, refunded_minor,
          shipping_address, billing_address, email, note, version, reserved_until, placed_at, updated_at,
          search, search_version)
        VALUES (
          ${order.id}, ${order.number}, ${order.buyerId}, ${order.status}, ${order.paymentStatus}, ${order.paidBy},
          ${order.reason && wordsOfReason(order.reason)}, ${jsonText(order.reason)}::jsonb, ${order.currency},
          ${order.subtotalMinor}::bigint, ${order.shippingMinor}::bigint, ${order.taxMinor}::bigint,
          ${order.taxIncluded}, ${order.discountMinor}::bigint, ${order.totalMinor}::bigint,
          ${order.refundedMinor}::bigint, ${jsonText(order.shippingAddress)}::jsonb,
          ${jsonText(order.billingAddress)}::jsonb, ${order.email}, ${order.note}, ${order.version},
          ${order.reservedUntil}, ${order.placedAt}, ${order.updatedAt},
          ${index.vectorOf(order)}::tsvector, ${SEARCH_VERSION})`;
    },
    insertLines: async (lines) => {
      await db.orderLine.createMany({ data: [...lines] });
    },
    setStatus: async ({
      id,
      status,
      paymentStatus,
      paidBy,
      reason,
      refundedMinor,
      version,
      reservedUntil,
      updatedAt,
    }) => {
      const data = {
        status,
        paymentStatus,
        paidBy,
        ...columnsOfReason(reason),
        refundedMinor,
        version,
        reservedUntil,
        updatedAt,
      };
      await db.placedOrder.update({ where: { id }, data });
    },
    expired: async (now, limit) => {
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT id FROM placed_order WHERE reserved_until <= ${now}
        ORDER BY reserved_until, id LIMIT ${limit}::int`;
      return rows.map(({ id }) => id);
    },
    page: async (criteria, { before, limit }) => {
      const from = before === null ? Prisma.empty : Prisma.sql`AND o.id < ${before}`;
      const isListed = Prisma.sql`${matching(criteria)} ${from}`;
      const orders = (await index.matchesFew(wordsOf(criteria)))
        ? ordersWith(criteria)
        : pageOfCommonWords(Prisma.sql, {
            ...{ table: Prisma.sql`placed_order`, isListed, isMeant: isMeant(criteria), limit },
          });
      // Heads are looked up of what is on the page, and not of all that was found.
      const page = Prisma.sql`(
        SELECT o.* FROM ${orders} o WHERE ${isListed} ORDER BY o.id DESC LIMIT ${limit})`;
      return read(Prisma.sql`TRUE ORDER BY o.id DESC`, page);
    },
    count: async (criteria) => {
      const [row] = await db.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM ${ordersWith(criteria)} o WHERE ${matching(criteria)}`;
      return Number(row?.count ?? 0);
    },
    linesOf: (orderIds) => linesWhere({ orderId: { in: [...orderIds] } }),
    findLines: (ids) => linesWhere({ id: { in: [...ids] } }),
  };
};

/** Of an order `o`. */
function matching(criteria: OrderCriteria): Prisma.Sql {
  const { buyerId, statuses, paymentStatuses, hasFailedRefund } = criteria;
  const all = [Prisma.sql`TRUE`, ...placedWithin('ord', criteria)];
  if (buyerId !== null) all.push(Prisma.sql`o.buyer_id = ${buyerId}`);
  if (statuses !== null) all.push(isOneOf(Prisma.sql`o.status`, statuses));
  if (paymentStatuses !== null) all.push(isOneOf(Prisma.sql`o.payment_status`, paymentStatuses));
  if (hasFailedRefund !== null) {
    const failed = Prisma.sql`o.id IN (SELECT r.order_id FROM refund r WHERE r.status = 'FAILED')`;
    all.push(hasFailedRefund ? failed : Prisma.sql`NOT (${failed})`);
  }
  return Prisma.join(all, ' AND ');
}

/** What orders have that match a query, for one buyer only that buyer's; null where nothing can be found. */
function wordsOf({ query, buyerId }: OrderCriteria): string | null {
  if (query === null) return null;
  return buyerId === null ? searchQueryOf(query) : narrowedQueryOf(query, [buyerId]);
}

/** Whether an order `f` has the words or the number that are searched for. */
const isMeant = (criteria: OrderCriteria): Prisma.Sql => Prisma.sql`
  f.search @@ ${wordsOf(criteria)}::tsquery
  OR f.number = ${criteria.query && canonicalOrderNumber(criteria.query)}`;

/** All orders, or those with a number or some words: found before they are sorted (OFFSET 0 enforces that). */
const ordersWith = (criteria: OrderCriteria): Prisma.Sql =>
  criteria.query === null
    ? Prisma.sql`placed_order`
    : Prisma.sql`(SELECT f.* FROM placed_order f WHERE ${isMeant(criteria)} OFFSET 0)`;

const orderOfRow = (row: OrderRow): Order => ({
  id: row.id,
  number: row.number,
  buyerId: row.buyerId,
  status: row.status as OrderStatus,
  paymentStatus: row.paymentStatus as OrderPaymentStatus,
  paidBy: row.paidBy,
  reason: reasonOfRow(row),
  currency: row.currency,
  subtotalMinor: storedMinor(row.subtotalMinor),
  shippingMinor: storedMinor(row.shippingMinor),
  taxMinor: storedMinor(row.taxMinor),
  taxIncluded: row.taxIncluded,
  discountMinor: storedMinor(row.discountMinor),
  totalMinor: storedMinor(row.totalMinor),
  refundedMinor: storedMinor(row.refundedMinor),
  shippingAddress: addressOfRow(row.shippingAddress),
  billingAddress: row.billingAddress === null ? null : addressOfRow(row.billingAddress),
  email: row.email,
  note: row.note,
  version: row.version,
  reservedUntil: row.reservedUntil,
  placedAt: row.placedAt,
  updatedAt: row.updatedAt,
});

/** `reason` alone was written by processes of the previous release, which still read it: text. */
const columnsOfReason = (reason: StatusReason | null) => ({
  reason: reason && wordsOfReason(reason),
  statusReason: reason === null ? Prisma.DbNull : (reason as unknown as Prisma.InputJsonValue),
});

function reasonOfRow({ reason, statusReason }: OrderRow): StatusReason | null {
  if (statusReason !== null) return statusReason as unknown as StatusReason;
  return reason === null ? null : { code: 'OTHER', remark: reason };
}

export const lineOfRow = (row: LineRow): OrderLine => ({
  ...row,
  unitPriceMinor: storedMinor(row.unitPriceMinor),
  totalMinor: storedMinor(row.totalMinor),
  discountMinor: storedMinor(row.discountMinor),
  taxMinor: storedMinor(row.taxMinor),
  commissionMinor: storedMinor(row.commissionMinor),
  refundedMinor: storedMinor(row.refundedMinor),
});

const jsonText = (value: object | null) => value && JSON.stringify(value);

/** An order from before addresses had a phone has none. */
const addressOfRow = (address: unknown): PostalAddress => ({
  phone: null,
  ...(address as Omit<PostalAddress, 'phone'>),
});
