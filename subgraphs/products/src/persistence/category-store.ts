import { sortKeyOf } from '@souk/runtime/domain';
import type { Category } from '../domain/category.ts';
import type { Db } from './client.ts';

export interface CategoryStore {
  findMany(ids: readonly string[]): Promise<Category[]>;
  findManyBySlug(slugs: readonly string[]): Promise<Category[]>;
  all(): Promise<Category[]>;
  childrenOf(parentIds: readonly string[]): Promise<Category[]>;
  /** Nobody else changes the tree until the transaction ends. */
  lockTree(): Promise<void>;
  save(category: Category): Promise<void>;
}

/** From A to Z as people read, whatever the case and the accents. */
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
  childrenOf: async (parentIds) =>
    byName(await db.category.findMany({ where: { parentId: { in: [...parentIds] } } })),
  lockTree: async () => {
    await db.$executeRaw`LOCK TABLE category IN SHARE ROW EXCLUSIVE MODE`;
  },
  save: async (category) => {
    const { id, ...data } = category;
    await db.category.upsert({ where: { id }, create: category, update: data });
  },
});
