import { sortKeyOf } from '@souk/runtime/domain';
import { type Category, MAX_ANCESTORS } from '../domain/category.ts';
import type { Db } from './client.ts';

export interface CategoryStore {
  findMany(ids: readonly string[]): Promise<Category[]>;
  findManyBySlug(slugs: readonly string[]): Promise<Category[]>;
  all(): Promise<Category[]>;
  atTop(): Promise<Category[]>;
  childrenOf(parentIds: readonly string[]): Promise<Category[]>;
  /** The ancestors of each, from the top of the tree down to its parent. */
  ancestorsOf(ids: readonly string[]): Promise<{ of: string; category: Category }[]>;
  /** Locks the tree: no other transaction changes it until this one ends. */
  lockTree(): Promise<void>;
  /** Those of these slugs that a category had in the past, and which. */
  findFormerSlugs(slugs: readonly string[]): Promise<{ slug: string; categoryId: string }[]>;
  /** Keeps a category's former slug after it gets another one. */
  keepSlug(had: Pick<Category, 'id' | 'slug'>, has: string): Promise<void>;
  countProductsIn(id: string): Promise<number>;
  delete(id: string): Promise<void>;
  insert(category: Category): Promise<void>;
  update(category: Category): Promise<void>;
}

/** Alphabetically as people read, ignoring case and accents. */
const byName = (categories: Category[]): Category[] =>
  categories
    .map((category) => ({ category, key: sortKeyOf(category.name) }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.category.id, b.category.id))
    .map(({ category }) => category);

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);

export const createCategoryStore = (db: Db): CategoryStore => ({
  findMany: (ids) => db.category.findMany({ where: { id: { in: [...ids] } } }),
  findManyBySlug: (slugs) => db.category.findMany({ where: { slug: { in: [...slugs] } } }),
  all: async () => byName(await db.category.findMany()),
  atTop: async () => byName(await db.category.findMany({ where: { parentId: null } })),
  ancestorsOf: async (ids) => {
    const rows = await db.$queryRaw<(Category & { of: string })[]>`
      WITH RECURSIVE above AS (
        SELECT c.id AS of, c.parent_id AS id, 1 AS distance FROM category c
        WHERE c.id = ANY(${[...ids]}) AND c.parent_id IS NOT NULL
        UNION ALL
        SELECT above.of, c.parent_id, above.distance + 1
        FROM above JOIN category c ON c.id = above.id
        WHERE c.parent_id IS NOT NULL AND above.distance < ${MAX_ANCESTORS}
      )
      SELECT above.of, c.id, c.slug, c.name, c.parent_id AS "parentId", c.version
      FROM above JOIN category c ON c.id = above.id ORDER BY above.of, above.distance DESC`;
    return rows.map(({ of, ...category }) => ({ of, category }));
  },
  childrenOf: async (parentIds) =>
    byName(await db.category.findMany({ where: { parentId: { in: [...parentIds] } } })),
  lockTree: async () => {
    await db.$executeRaw`LOCK TABLE category IN SHARE ROW EXCLUSIVE MODE`;
  },
  findFormerSlugs: (slugs) =>
    db.categoryFormerSlug.findMany({ where: { slug: { in: [...slugs] } } }),
  keepSlug: async ({ id, slug }, has) => {
    if (slug === has) return;
    await db.categoryFormerSlug.deleteMany({ where: { slug: has, categoryId: id } });
    await db.categoryFormerSlug.create({ data: { slug, categoryId: id } });
  },
  countProductsIn: (categoryId) => db.productCategory.count({ where: { categoryId } }),
  delete: async (id) => {
    await db.category.delete({ where: { id } });
  },
  insert: async (category) => {
    await db.category.create({ data: category });
  },
  update: async ({ id, ...data }) => {
    await db.category.update({ where: { id }, data });
  },
});
