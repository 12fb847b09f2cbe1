import { sortKeyOf } from '@souk/runtime/domain';
import { announceLocks, lockByName } from '@souk/runtime/persistence';
import { type KeptWords, SEARCH_VERSION } from '@souk/runtime/search';
import type { Product } from '../domain/product.ts';
import type { Db } from './client.ts';
import { productIndex } from './product-index.ts';
import { asJson, productOfRow } from './rows.ts';

export interface ProductStore {
  find(id: string): Promise<Product | null>;
  /** Locked until the transaction ends: changes of one product come one after the other. */
  lock(id: string): Promise<Product | null>;
  findMany(ids: readonly string[]): Promise<Product[]>;
  findManyBySlug(slugs: readonly string[]): Promise<Product[]>;
  insert(products: readonly Product[]): Promise<void>;
  update(product: Product): Promise<void>;
  /**
   * Locks slugs with these bases until the transaction ends, so that two products with one title do not
   * choose the same.
   */
  lockSlugsOf(bases: readonly string[]): Promise<void>;
  /** Those of these slugs that a product has, or had while it was public; without those of one product. */
  takenSlugs(slugs: readonly string[], exceptOf?: string | null): Promise<Set<string>>;
  /** Keeps a product's former slug after it gets another one. */
  keepSlug(had: Pick<Product, 'id' | 'slug'>, has: string): Promise<void>;
  /** The products that had these slugs in the past. */
  findFormerSlugs(slugs: readonly string[]): Promise<{ slug: string; productId: string }[]>;
  delete(id: string): Promise<void>;
  categoryIdsOf(
    productIds: readonly string[],
  ): Promise<{ productId: string; categoryId: string }[]>;
  setCategories(productId: string, categoryIds: readonly string[]): Promise<void>;
  addToCategories(places: readonly { productId: string; categoryId: string }[]): Promise<void>;
  /** The words by which they are found. */
  readonly words: KeptWords;
}

/** How many of its former slugs lead to a product. */
const MOST_FORMER_SLUGS = 20;

export const createProductStore = (db: Db): ProductStore => {
  const find = async (id: string) => {
    const row = await db.product.findUnique({ where: { id } });
    return row && productOfRow(row);
  };
  const addToCategories: ProductStore['addToCategories'] = async (places) => {
    await db.productCategory.createMany({ data: [...places] });
  };
  const index = productIndex(db);
  return {
    find,
    words: index.words,
    lock: async (id) => {
      announceLocks(db, id);
      // Its places on shelves refer to it, and sales change them: they must not be blocked, as FOR UPDATE
      // would.
      await db.$queryRaw`SELECT 1 FROM product WHERE id = ${id} FOR NO KEY UPDATE`;
      return find(id);
    },
    findMany: async (ids) => {
      const rows = await db.product.findMany({ where: { id: { in: [...ids] } } });
      return rows.map(productOfRow);
    },
    findManyBySlug: async (slugs) => {
      const rows = await db.product.findMany({ where: { slug: { in: [...slugs] } } });
      return rows.map(productOfRow);
    },
    insert: async (products) => {
      // With its search words, since each change of a product updates its shelves.
      const rows = products.map((product) => ({
        ...product,
        search: index.vectorOf(product),
        titleKey: sortKeyOf(product.title),
      }));
      await db.$executeRaw`
        INSERT INTO product (id, seller_id, slug, title, description, status, options, currency,
          min_price_minor, max_price_minor, version, published_at, archived_at, created_at, updated_at,
          search, title_key, search_version)
        SELECT "id", "sellerId", "slug", "title", "description", "status", "options", "currency",
          "minPriceMinor", "maxPriceMinor", "version", "publishedAt", "archivedAt", "createdAt", "updatedAt",
          "search"::tsvector, "titleKey", ${SEARCH_VERSION}::int
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS made ("id" text, "sellerId" text, "slug" text,
          "title" text, "description" text, "status" text, "options" jsonb, "currency" text,
          "minPriceMinor" bigint, "maxPriceMinor" bigint, "version" int, "publishedAt" timestamptz,
          "archivedAt" timestamptz, "createdAt" timestamptz, "updatedAt" timestamptz, "search" text, "titleKey" text)`;
    },
    update: async ({ id, ...product }) => {
      const data = { ...product, options: asJson(product.options) };
      await db.product.update({ where: { id }, data });
      await index.write([{ id, ...product }]);
    },
    lockSlugsOf: async (bases) => {
      await lockByName(db, ...bases.map((base) => `product.slug:${base}`));
    },
    // One statement sees both tables at the same moment: a slug is in one of them.
    takenSlugs: async (slugs, exceptOf = null) => {
      const rows = await db.$queryRaw<{ slug: string }[]>`
        SELECT slug FROM product WHERE slug = ANY(${[...slugs]}) AND id <> ${exceptOf ?? ''}
        UNION SELECT slug FROM product_former_slug
        WHERE slug = ANY(${[...slugs]}) AND product_id <> ${exceptOf ?? ''}`;
      return new Set(rows.map(({ slug }) => slug));
    },
    keepSlug: async ({ id, slug }, has) => {
      if (slug === has) return;
      await db.productFormerSlug.deleteMany({ where: { slug: has, productId: id } });
      await db.productFormerSlug.create({ data: { slug, productId: id } });
      // For a product that is renamed again and again, the last names lead to it, and the others become free.
      await db.$executeRaw`
        DELETE FROM product_former_slug WHERE product_id = ${id} AND slug NOT IN (
          SELECT slug FROM product_former_slug WHERE product_id = ${id}
          ORDER BY kept_at DESC, slug LIMIT ${MOST_FORMER_SLUGS})`;
    },
    findFormerSlugs: (slugs) =>
      db.productFormerSlug.findMany({ where: { slug: { in: [...slugs] } } }),
    delete: async (id) => {
      await db.product.delete({ where: { id } });
    },
    categoryIdsOf: (productIds) =>
      db.productCategory.findMany({
        where: { productId: { in: [...productIds] } },
        orderBy: { categoryId: 'asc' },
      }),
    setCategories: async (productId, categoryIds) => {
      await db.productCategory.deleteMany({ where: { productId } });
      await addToCategories(categoryIds.map((categoryId) => ({ productId, categoryId })));
    },
    addToCategories,
  };
};
