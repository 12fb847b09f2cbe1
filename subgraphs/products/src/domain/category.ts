/** A shelf of the catalogue; shelves form a tree. */
export interface Category {
  id: string;
  slug: string;
  name: string;
  parentId: string | null;
}

/** The lists of them come whole, so the schema's `@listSize` promises these. */
export const MAX_CATEGORIES = 100;
export const MAX_CHILDREN = 40;

/** True when putting `id` under `parentId` would make it a part of itself. */
export function wouldCircle(
  categories: readonly Pick<Category, 'id' | 'parentId'>[],
  id: string,
  parentId: string | null,
): boolean {
  const parents = new Map(categories.map((category) => [category.id, category.parentId]));
  const seen = new Set<string>([id]);
  for (let at = parentId; at !== null; at = parents.get(at) ?? null) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
