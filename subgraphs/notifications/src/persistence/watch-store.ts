import { lockByName } from '@souk/runtime/persistence';
import type { Channel } from '../domain/notification.ts';
import type { VariantPrice, Watch, WatchEvent, WatchedProduct } from '../domain/watch.ts';
import type { Db } from './client.ts';

export interface WatchStore {
  /** Until the transaction ends, nobody else changes how many things the person watches. */
  lock(userId: string): Promise<void>;
  /** Stores the watch; an existing one gets these events and channels. */
  set(watch: Watch): Promise<void>;
  /** False if there was none. */
  remove(userId: string, entityId: string): Promise<boolean>;
  count(userId: string): Promise<number>;
  findOwn(userId: string, entityIds: readonly string[]): Promise<Watch[]>;
  /** The people who are notified of this: at most this many, after the last one returned before. */
  watchers(
    of: { entityId: string; event: WatchEvent },
    page: { after: string | null; limit: number },
  ): Promise<Pick<Watch, 'userId' | 'channels'>[]>;
  /**
   * Stores what is known of a product; returns what was known before, null for nothing. Undefined if
   * something newer is known already, or if the product was deleted.
   */
  keepProduct(
    product: WatchedProduct & { sequence: number },
  ): Promise<Pick<WatchedProduct, 'title' | 'status'> | null | undefined>;
  /**
   * Stores the prices of a product's variants and removes variants that it no longer has; returns the
   * previous prices, as far as something older is known.
   */
  keepPrices(
    product: { productId: string; sellerId: string; title: string; sequence: number },
    prices: readonly VariantPrice[],
  ): Promise<VariantPrice[]>;
  /**
   * Deletes the prices of a product, and remembers that it was deleted: what is heard of it later is not
   * stored.
   */
  forgetPrices(productId: string, at: Date): Promise<void>;
  /** Deletes the watches of at most this many people; returns how many there were. */
  forgetWatchers(productId: string, limit: number): Promise<number>;
  /** Null if we have not heard of the product. */
  findProduct(productId: string): Promise<{
    title: string;
    sellerId: string | null;
    categoryIds: readonly string[];
  } | null>;
}

export const createWatchStore = (db: Db): WatchStore => ({
  lock: async (userId) => {
    await lockByName(db, `watch:${userId}`);
  },
  set: async ({ userId, entityId, events, channels, createdAt }) => {
    await db.watch.upsert({
      where: { userId_entityId: { userId, entityId } },
      create: { userId, entityId, events: [...events], channels: [...channels], createdAt },
      update: { events: [...events], channels: [...channels] },
    });
  },
  remove: async (userId, entityId) =>
    (await db.watch.deleteMany({ where: { userId, entityId } })).count > 0,
  count: (userId) => db.watch.count({ where: { userId } }),
  findOwn: async (userId, entityIds) => {
    const rows = await db.watch.findMany({ where: { userId, entityId: { in: [...entityIds] } } });
    return rows.map((row) => ({
      ...{ ...row, events: row.events as WatchEvent[] },
      channels: row.channels as Channel[],
    }));
  },
  watchers: async ({ entityId, event }, { after, limit }) => {
    const rows = await db.watch.findMany({
      where: { entityId, events: { has: event }, ...(after ? { userId: { gt: after } } : {}) },
      orderBy: { userId: 'asc' },
      take: limit,
      select: { userId: true, channels: true },
    });
    return rows.map((row) => ({ ...row, channels: row.channels as Channel[] }));
  },
  keepProduct: async ({ productId, sellerId, title, status, categoryIds, sequence }) => {
    await lockByName(db, `watched:${productId}`);
    if ((await db.deletedProduct.count({ where: { productId } })) > 0) return undefined;
    const before = await db.watchedProduct.findUnique({ where: { productId } });
    if (before && Number(before.sequence) >= sequence) return undefined;
    const kept = { sellerId, title, status, categoryIds: [...categoryIds], sequence };
    await db.watchedProduct.upsert({
      where: { productId },
      create: { productId, ...kept },
      update: kept,
    });
    return before && { title: before.title, status: before.status as WatchedProduct['status'] };
  },
  keepPrices: async ({ productId, sellerId, title, sequence }, prices) => {
    const column = <Field extends keyof VariantPrice>(field: Field) =>
      prices.map((price) => price[field]);
    // Two changes of a product compare one after the other.
    await lockByName(db, `watched:${productId}`);
    if ((await db.deletedProduct.count({ where: { productId } })) > 0) return [];
    const before = await db.$queryRaw<(Omit<VariantPrice, 'priceMinor'> & { price: bigint })[]>`
      SELECT variant_id AS "variantId", price_minor AS price, currency FROM watched_variant
      WHERE variant_id = ANY(${column('variantId')}) AND sequence < ${sequence}::bigint
      ORDER BY variant_id`;
    await db.$executeRaw`
      INSERT INTO watched_variant AS v (variant_id, product_id, seller_id, title, price_minor, currency, sequence)
      SELECT variant.id, ${productId}, ${sellerId}, ${title}, variant.price, variant.currency,
        ${sequence}::bigint
      FROM unnest(${column('variantId')}::text[], ${column('priceMinor')}::bigint[],
        ${column('currency')}::text[]) AS variant(id, price, currency)
      ORDER BY variant.id
      ON CONFLICT (variant_id) DO UPDATE SET title = excluded.title, seller_id = excluded.seller_id,
        price_minor = excluded.price_minor, currency = excluded.currency,
        sequence = excluded.sequence
      WHERE v.sequence < excluded.sequence`;
    await db.$executeRaw`
      DELETE FROM watched_variant WHERE product_id = ${productId}
        AND sequence < ${sequence}::bigint AND NOT variant_id = ANY(${column('variantId')})`;
    return before.map(({ price, ...one }) => ({ ...one, priceMinor: Number(price) }));
  },
  forgetPrices: async (productId, deletedAt) => {
    await lockByName(db, `watched:${productId}`);
    await db.deletedProduct.createMany({ data: [{ productId, deletedAt }], skipDuplicates: true });
    await db.watchedVariant.deleteMany({ where: { productId } });
    await db.watchedProduct.deleteMany({ where: { productId } });
  },
  forgetWatchers: (entityId, limit) =>
    db.$executeRaw`
      DELETE FROM watch WHERE (user_id, entity_id) IN (SELECT user_id, entity_id FROM watch
        WHERE entity_id = ${entityId} ORDER BY user_id LIMIT ${limit})`,
  findProduct: async (productId) => {
    const product = await db.watchedProduct.findUnique({
      where: { productId },
      select: { title: true, sellerId: true, categoryIds: true },
    });
    if (product) return product;
    // For a product that has not changed since products are stored as a whole.
    const variant = await db.watchedVariant.findFirst({
      where: { productId },
      orderBy: { sequence: 'desc' },
      select: { title: true, sellerId: true },
    });
    return variant && { ...variant, categoryIds: [] };
  },
});
