import type { Category } from '../domain/category.ts';
import type { PrismaExecutor } from './client.ts';

export interface CategoryStore {
  findMany(ids: readonly string[]): Promise<Category[]>;
  findManyBySlug(slugs: readonly string[]): Promise<Category[]>;
  all(): Promise<Category[]>;
  childrenOf(parentIds: readonly string[]): Promise<Category[]>;
  /** Nobody else changes the tree until the transaction ends. */
  lockTree(): Promise<void>;
  save(category: Category): Promise<void>;
}

const byName = { name: 'asc' } as const;

export const createCategoryStore = (db: PrismaExecutor): CategoryStore => ({
  findMany: (ids) => db.category.findMany({ where: { id: { in: [...ids] } } }),
  findManyBySlug: (slugs) => db.category.findMany({ where: { slug: { in: [...slugs] } } }),
  all: () => db.category.findMany({ orderBy: [byName, { id: 'asc' }] }),
  childrenOf: (parentIds) =>
    db.category.findMany({ where: { parentId: { in: [...parentIds] } }, orderBy: byName }),
  lockTree: async () => {
    await db.$executeRaw`LOCK TABLE category IN SHARE ROW EXCLUSIVE MODE`;
  },
  save: async (category) => {
    const { id, ...data } = category;
    await db.category.upsert({ where: { id }, create: category, update: data });
  },
});
