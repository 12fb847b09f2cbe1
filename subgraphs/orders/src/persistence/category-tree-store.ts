import type { CategoryTree } from '../domain/selling/commission.ts';
import type { Db } from './client.ts';

interface Place {
  categoryId: string;
  parentId: string | null;
}

/** Our copy of the category tree. News older than the copy change nothing. */
export interface CategoryTreeStore {
  /** Empty as long as it is unknown. */
  find(): Promise<CategoryTree>;
  apply(categories: readonly Place[], sequence: number): Promise<void>;
}

/** There is one tree. */
const TREE = 'catalogue';

export const createCategoryTreeStore = (db: Db): CategoryTreeStore => ({
  find: async () => {
    const row = await db.categoryTree.findUnique({ where: { id: TREE } });
    const places = (row?.categories ?? []) as unknown as Place[];
    return new Map(places.map(({ categoryId, parentId }) => [categoryId, parentId]));
  },
  apply: async (categories, sequence) => {
    await db.$executeRaw`
      INSERT INTO category_tree (id, categories, sequence)
      VALUES (${TREE}, ${JSON.stringify(categories)}::jsonb, ${sequence}::bigint)
      ON CONFLICT (id) DO UPDATE SET categories = excluded.categories, sequence = excluded.sequence
      WHERE category_tree.sequence < excluded.sequence`;
  },
});
