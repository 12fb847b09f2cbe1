import { CATEGORIES_STREAM, type EventLog } from '@souk/runtime/events';
import type { Category } from '../domain/category.ts';

/** Announces the new state of the locked tree as a whole: for a copy only the newest event is needed. */
export const appendCategories = async (
  events: EventLog,
  tree: readonly Pick<Category, 'id' | 'parentId'>[],
): Promise<void> => {
  await events.append({
    type: 'products.CategoriesArranged',
    stream: CATEGORIES_STREAM,
    payload: { categories: tree.map(({ id: categoryId, parentId }) => ({ categoryId, parentId })) },
  });
};
