import { lockByName } from '@souk/runtime/persistence';
import type { Channel } from '../domain/notification.ts';
import type { VariantPrice, Watch, WatchEvent, WatchedProduct } from '../domain/watch.ts';
import type { Db } from './client.ts';

export interface WatchStore {
  /** Until the transaction ends nobody else changes how much the person watches. */
  lock(userId: string): Promise<void>;
  /** Keeps it; where there is one, it is of these events from now on. */
  set(watch: Watch): Promise<void>;
  /** False when there is none. */
  remove(userId: string, entityId: string): Promise<boolean>;
  count(userId: string): Promise<number>;
  findOwn(userId: string, entityIds: readonly string[]): Promise<Watch[]>;
  /** Who is notified of this: so many, after the last of those given before. */
  watchers(
    of: { entityId: string; event: WatchEvent },
    page: { after: string | null; limit: number },
  ): Promise<Pick<Watch, 'userId' | 'channels'>[]>;
  /**
   * Keeps what is known of a product; resolves to what was known before, null for nothing. Undefined when something newer
   * is known already, or it is no more.
   */
  keepProduct(
    product: WatchedProduct & { sequence: number },
  ): Promise<Pick<WatchedProduct, 'title' | 'status'> | null | undefined>;
  /** Keeps what a product's variants cost, and none that it has no more; resolves to what they did before, where something older is known. */
  keepPrices(
    product: { productId: string; sellerId: string; title: string; sequence: number },
    prices: readonly VariantPrice[],
  ): Promise<VariantPrice[]>;
  /** Forgets what a product cost, and keeps that it is no more: what is heard of it late is not kept. */
  forgetPrices(productId: string, at: Date): Promise<void>;
  /** Forgets so many who watch it; resolves to how many these were. */
  forgetWatchers(productId: string, limit: number): Promise<number>;
  /** Null when we have not heard of the product. */
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
    // Of one that did not change since products are kept as a whole.
    const variant = await db.watchedVariant.findFirst({
      where: { productId },
      orderBy: { sequence: 'desc' },
      select: { title: true, sellerId: true },
    });
    return variant && { ...variant, categoryIds: [] };
  },
});
