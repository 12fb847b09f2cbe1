import {
  ancestorsUnder,
  type Category,
  depthBelow,
  MAX_ANCESTORS,
  MAX_CATEGORIES,
  MAX_CHILDREN,
} from '../domain/category.ts';
import { badInput, categoriesFull, categoryNotFound, slugTaken } from '../domain/errors.ts';

const PATH = ['input'];

/**
 * Checks a category, new or changed, against the rules of the tree: a known parent that is not its own
 * descendant, a free slug, and no more of anything than lists promise. Existing categories stay where they
 * are, and can be renamed, even in a tree from before these limits.
 */
export function assertPlace(
  tree: readonly Category[],
  { id, slug, parentId }: Pick<Category, 'id' | 'slug' | 'parentId'>,
): void {
  const others = tree.filter((category) => category.id !== id);
  const under = [...PATH, 'parentId'];
  if (parentId !== null && !tree.some((category) => category.id === parentId)) {
    throw categoryNotFound(under);
  }
  if (others.some((other) => other.slug === slug)) throw slugTaken(slug);
  const present = tree.find((category) => category.id === id);
  if (present?.parentId === parentId) return;
  const ancestors = ancestorsUnder(tree, parentId, id);
  if (ancestors.includes(id)) throw badInput('A category cannot be part of itself.', under);
  if (ancestors.length + depthBelow(others, id) > MAX_ANCESTORS) {
    throw badInput(`Categories can be nested at most ${MAX_ANCESTORS} levels deep.`, under);
  }
  if (!present && tree.length >= MAX_CATEGORIES) {
    throw categoriesFull(`A catalogue can have at most ${MAX_CATEGORIES} categories.`, PATH);
  }
  const siblings = others.filter((other) => other.parentId === parentId);
  if (parentId !== null && siblings.length >= MAX_CHILDREN) {
    throw categoriesFull(`A category can have at most ${MAX_CHILDREN} subcategories.`, under);
  }
}
