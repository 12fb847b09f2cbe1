/** A shelf of the catalogue; shelves form a tree. */
export interface Category {
  id: string;
  slug: string;
  name: string;
  parentId: string | null;
  version: number;
}

/** The lists of them come whole, so the schema's `@listSize` promises these. */
export const MAX_CATEGORIES = 100;
export const MAX_CHILDREN = 40;
/** How many one may be in, one within the other. */
export const MAX_ANCESTORS = 10;

type Place = Pick<Category, 'id' | 'parentId'>;

/**
 * The categories that the parent is in, the parent included, from the nearest to the top. Ends at `id`, which
 * is among them when putting it under the parent would make it a part of itself.
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

/** How many levels of parts a category has: 0 when it has none. */
export function depthBelow(tree: readonly Place[], id: string): number {
  const parts = tree.filter(({ parentId }) => parentId === id);
  return Math.max(0, ...parts.map((part) => 1 + depthBelow(tree, part.id)));
}
