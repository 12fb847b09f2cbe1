import type { SignedIn } from '../domain/actor.ts';
import { categoryNotFound, inUse } from '../domain/errors.ts';
import { assertManagesCatalogue } from '../domain/permissions.ts';
import { appendCategories } from './category-events.ts';
import type { ProductsDeps } from './deps.ts';

/** Deletes an empty category. */
export async function deleteCategory(
  { transaction }: ProductsDeps,
  viewer: SignedIn,
  { categoryId }: { categoryId: string },
): Promise<void> {
  assertManagesCatalogue(viewer);
  const path = ['categoryId'];
  await transaction(async ({ categories, sellers, events }) => {
    await categories.lockTree();
    const tree = await categories.all();
    if (!tree.some(({ id }) => id === categoryId)) throw categoryNotFound(path);
    const parts = tree.filter(({ parentId }) => parentId === categoryId).length;
    const references = parts + (await categories.countProductsIn(categoryId));
    if (references > 0) throw inUse(references, 'It contains products or categories.', path);
    await sellers.dropCommissionsOf(categoryId);
    await categories.delete(categoryId);
    await appendCategories(
      events,
      tree.filter(({ id }) => id !== categoryId),
    );
  });
}
