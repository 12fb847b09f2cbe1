import { announceLocks } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { StockItem, StockLine, StockMovement } from '../domain/stock.ts';
import type { Db } from './client.ts';
import { movementOfRow, stockOfRow } from './rows.ts';

export interface StockStore {
  findMany(variantIds: readonly string[]): Promise<StockItem[]>;
  insert(items: readonly StockItem[]): Promise<void>;
  /** Null, without any change, when more is reserved than there is and the policy would deny that. */
  setRules(
    rules: Pick<StockItem, 'variantId' | 'lowStockThreshold' | 'policy'>,
    now: Date,
  ): Promise<StockItem | null>;
  /** Keeps these stocks unchanged until the transaction ends, locked in the order of their ids. */
  lock(variantIds: readonly string[]): Promise<void>;
  /** Those of these that are for sale, locked one after the other in the order given. */
  lockForSale(variantIds: readonly string[]): Promise<StockItem[]>;
  /** Reserves the lines for which there is enough; returns those in their new state. */
  reserve(lines: readonly StockLine[], now: Date): Promise<StockItem[]>;
  /** Releases reserved stock, in the order given. */
  release(lines: readonly StockLine[], now: Date): Promise<StockItem[]>;
  /** Changes locked stocks. */
  move(
    changes: readonly { variantId: string; onHandDelta: number; reservedDelta: number }[],
    now: Date,
  ): Promise<StockItem[]>;
  /** Null, without any change, when less than what is reserved (or 0) or too much would be on hand. */
  changeOnHand(
    change: { variantId: string; delta: number; max: number },
    now: Date,
  ): Promise<StockItem | null>;
  /** Whether its seller has not been told for a day that few are left; it now counts as told. */
  announceLow(item: Pick<StockItem, 'variantId' | 'updatedAt'>): Promise<boolean>;
  /** The variants of a seller with low stock, by the seller's own threshold. */
  lowOf(sellerId: string, page: { after: string | null; limit: number }): Promise<string[]>;
  countLowOf(sellerId: string): Promise<number>;
  record(movements: readonly StockMovement[]): Promise<void>;
  findMovements(ids: readonly string[]): Promise<StockMovement[]>;
  /** The ledger of a variant, or of everything that a seller has, newest first. */
  movementsOf(
    of: { variantId: string } | { sellerId: string },
    page: { before: string | null; limit: number },
  ): Promise<StockMovement[]>;
}

const COLUMNS = Prisma.sql`
  s.variant_id AS "variantId", v.product_id AS "productId", v.seller_id AS "sellerId",
  v.sku, p.title, (p.status = 'ACTIVE' AND r.status = 'ACTIVE') AS "forSale",
  s.on_hand AS "onHand", s.reserved,
  s.low_stock_threshold AS "lowStockThreshold", s.policy, s.updated_at AS "updatedAt"`;

/** A variant `v` and what is known of its owner. */
const VARIANT = Prisma.sql`product_variant v
  JOIN product p ON p.id = v.product_id JOIN seller r ON r.id = p.seller_id`;

type StockRow = Parameters<typeof stockOfRow>[0];

export const createStockStore = (db: Db): StockStore => {
  const read = async (query: Prisma.Sql) => (await db.$queryRaw<StockRow[]>(query)).map(stockOfRow);
  const columnsOf = (lines: readonly StockLine[]) => ({
    variantIds: lines.map(({ variantId }) => variantId),
    quantities: lines.map(({ quantity }) => quantity),
  });
  return {
    findMany: (variantIds) =>
      read(Prisma.sql`
        SELECT ${COLUMNS} FROM stock_item s JOIN (${VARIANT}) ON v.id = s.variant_id
        WHERE s.variant_id = ANY(${[...variantIds]})`),
    insert: async (items) => {
      await db.stockItem.createMany({
        data: items.map(
          ({ productId: _, sellerId: __, forSale: ___, title: ____, sku: _____, ...item }) => item,
        ),
      });
    },
    setRules: async ({ variantId, lowStockThreshold, policy }, now) => {
      const [item] = await read(Prisma.sql`
        UPDATE stock_item s SET policy = ${policy}, updated_at = ${now},
          low_stock_threshold = ${lowStockThreshold}::int
        FROM ${VARIANT}
        WHERE s.variant_id = ${variantId} AND v.id = s.variant_id
          AND (${policy} = 'CONTINUE' OR s.reserved <= s.on_hand)
        RETURNING ${COLUMNS}`);
      return item ?? null;
    },
    lock: async (variantIds) => {
      announceLocks(db, ...variantIds);
      await db.$queryRaw`
        SELECT 1 FROM stock_item WHERE variant_id = ANY(${[...variantIds]}) ORDER BY variant_id FOR UPDATE`;
    },
    lockForSale: (variantIds) => {
      announceLocks(db, ...variantIds);
      return read(Prisma.sql`
        SELECT ${COLUMNS} FROM unnest(${[...variantIds]}::text[]) WITH ORDINALITY AS wanted(id, place)
        JOIN stock_item s ON s.variant_id = wanted.id
        JOIN product_variant v ON v.id = s.variant_id
        JOIN product p ON p.id = v.product_id AND p.status = 'ACTIVE'
        JOIN seller r ON r.id = p.seller_id AND r.status = 'ACTIVE'
        ORDER BY wanted.place FOR UPDATE OF s`);
    },
    reserve: (lines, now) => {
      const { variantIds, quantities } = columnsOf(lines);
      announceLocks(db, ...variantIds);
      return read(Prisma.sql`
        UPDATE stock_item s SET reserved = s.reserved + line.quantity, updated_at = ${now}
        FROM unnest(${variantIds}::text[], ${quantities}::int[]) AS line(variant_id, quantity)
        JOIN (${VARIANT}) ON v.id = line.variant_id
        WHERE s.variant_id = line.variant_id
          AND (s.policy = 'CONTINUE' OR s.on_hand - s.reserved >= line.quantity)
        RETURNING ${COLUMNS}`);
    },
    release: async (lines, now) => {
      const { variantIds, quantities } = columnsOf(lines);
      announceLocks(db, ...variantIds);
      await db.$queryRaw`
        SELECT 1 FROM unnest(${variantIds}::text[]) WITH ORDINALITY AS held(id, place)
        JOIN stock_item s ON s.variant_id = held.id ORDER BY held.place FOR UPDATE OF s`;
      return read(Prisma.sql`
        UPDATE stock_item s SET reserved = s.reserved - line.quantity, updated_at = ${now}
        FROM unnest(${variantIds}::text[], ${quantities}::int[]) AS line(variant_id, quantity)
        JOIN (${VARIANT}) ON v.id = line.variant_id
        WHERE s.variant_id = line.variant_id
        RETURNING ${COLUMNS}`);
    },
    move: (changes, now) => {
      announceLocks(db, ...changes.map(({ variantId }) => variantId));
      return read(Prisma.sql`
        UPDATE stock_item s SET on_hand = s.on_hand + n.on_hand, reserved = s.reserved + n.reserved,
          updated_at = ${now}
        FROM unnest(${changes.map(({ variantId }) => variantId)}::text[],
          ${changes.map(({ onHandDelta }) => onHandDelta)}::int[],
          ${changes.map(({ reservedDelta }) => reservedDelta)}::int[])
          AS n (variant_id, on_hand, reserved)
        JOIN (${VARIANT}) ON v.id = n.variant_id
        WHERE s.variant_id = n.variant_id
        RETURNING ${COLUMNS}`);
    },
    changeOnHand: async ({ variantId, delta, max }, now) => {
      announceLocks(db, variantId);
      const [item] = await read(Prisma.sql`
        UPDATE stock_item s SET on_hand = s.on_hand + ${delta}::int, updated_at = ${now}
        FROM ${VARIANT}
        WHERE s.variant_id = ${variantId} AND v.id = s.variant_id
          AND s.on_hand + ${delta}::int BETWEEN 0 AND ${max}::int
          AND (s.policy = 'CONTINUE' OR s.on_hand + ${delta}::int >= s.reserved)
        RETURNING ${COLUMNS}`);
      return item ?? null;
    },
    announceLow: async ({ variantId, updatedAt }) => {
      const changed = await db.$executeRaw`
        UPDATE stock_item SET low_announced_at = ${updatedAt}
        WHERE variant_id = ${variantId}
          AND (low_announced_at IS NULL OR low_announced_at < ${updatedAt}::timestamptz - interval '1 day')`;
      return changed === 1;
    },
    lowOf: async (sellerId, { after, limit }) => {
      const rows = await db.lowStock.findMany({
        where: { sellerId, ...(after === null ? {} : { variantId: { gt: after } }) },
        orderBy: { variantId: 'asc' },
        take: limit,
      });
      return rows.map(({ variantId }) => variantId);
    },
    countLowOf: (sellerId) => db.lowStock.count({ where: { sellerId } }),
    record: async (movements) => {
      await db.stockMovement.createMany({ data: [...movements] });
    },
    findMovements: async (ids) => {
      const rows = await db.stockMovement.findMany({ where: { id: { in: [...ids] } } });
      return rows.map(movementOfRow);
    },
    movementsOf: async (of, { before, limit }) => {
      const rows = await db.stockMovement.findMany({
        where: { ...of, ...(before === null ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(movementOfRow);
    },
  };
};
