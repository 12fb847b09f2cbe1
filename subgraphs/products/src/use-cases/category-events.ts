import { CATEGORIES_STREAM, type EventLog } from '@souk/runtime/events';
import type { Category } from '../domain/category.ts';

/** Tells what the locked tree has become, as a whole: who copies it needs the newest telling alone. */
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
