import { isIdOf } from '@souk/runtime/domain';
import { MAX_CATEGORIES, MAX_CHILDREN, wouldCircle } from '../domain/category.ts';
import { badInput, categoryNotFound, slugTaken } from '../domain/errors.ts';
import { type Actor, assertManagesCatalogue } from '../domain/permissions.ts';
import { checkedSlug } from '../domain/slug.ts';
import type { ProductsDeps } from './deps.ts';

export interface CategoryInput {
  id?: string | null;
  slug: string;
  name: string;
  parentId?: string | null;
}

/** Adds a category or changes one; gives its id. */
export async function saveCategory(
  { transaction, newId }: ProductsDeps,
  actor: Actor,
  input: CategoryInput,
): Promise<string> {
  assertManagesCatalogue(actor);
  const slug = checkedSlug(input.slug, ['input', 'slug']);
  const { name, parentId = null } = input;
  if (input.id != null && !isIdOf('cat', input.id)) throw categoryNotFound(['input', 'id']);
  return transaction(async ({ categories }) => {
    await categories.lockTree();
    const tree = await categories.all();
    const isKnown = (id: string) => tree.some((category) => category.id === id);
    if (input.id != null && !isKnown(input.id)) throw categoryNotFound(['input', 'id']);
    if (parentId !== null && !isKnown(parentId)) throw categoryNotFound(['input', 'parentId']);
    const id = input.id ?? newId('cat');
    if (tree.some((other) => other.slug === slug && other.id !== id)) throw slugTaken(slug);
    if (wouldCircle(tree, id, parentId)) {
      throw badInput('A category cannot be part of itself.', ['input', 'parentId']);
    }
    const others = tree.filter((category) => category.id !== id);
    if (others.length >= MAX_CATEGORIES) {
      throw badInput(`A catalogue has at most ${MAX_CATEGORIES} categories.`, ['input']);
    }
    if (others.filter((other) => other.parentId === parentId).length >= MAX_CHILDREN && parentId) {
      throw badInput(`A category has at most ${MAX_CHILDREN} parts.`, ['input', 'parentId']);
    }
    await categories.save({ id, slug, name, parentId });
    return id;
  });
}
