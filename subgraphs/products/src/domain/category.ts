/** A shelf of the catalogue; shelves form a tree. */
export interface Category {
  id: string;
  slug: string;
  name: string;
  parentId: string | null;
  version: number;
}

/** Lists of categories are complete, so the schema's `@listSize` promises these limits. */
export const MAX_CATEGORIES = 100;
export const MAX_CHILDREN = 40;
/** How deeply categories can be nested. */
export const MAX_ANCESTORS = 10;

type Place = Pick<Category, 'id' | 'parentId'>;

/**
 * The ancestors of a category to be placed under this parent, from the nearest to the top, parent included.
 * Ends at `id`, which is among them if placing it under the parent would create a cycle.
 */
export function ancestorsUnder(
  tree: readonly Place[],
  parentId: string | null,
  id?: string,
): string[] {
  const parents = new Map(tree.map((category) => [category.id, category.parentId]));
  const found: string[] = [];
  for (let at = parentId; at !== null && !found.includes(at); at = parents.get(at) ?? null) {
    found.push(at);
    if (at === id) break;
  }
  return found;
}

/** How many levels of subcategories a category has: 0 when it has none. */
export function depthBelow(tree: readonly Place[], id: string): number {
  const parts = tree.filter(({ parentId }) => parentId === id);
  return Math.max(0, ...parts.map((part) => 1 + depthBelow(tree, part.id)));
}
