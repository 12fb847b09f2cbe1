import type { SignedIn } from '../domain/actor.ts';
import type { Category } from '../domain/category.ts';
import { assertCategoryChange, type RequestedCategoryChange } from '../domain/changes.ts';
import { categoryNotFound, slugTaken, versionConflict } from '../domain/errors.ts';
import { assertManagesCatalogue } from '../domain/permissions.ts';
import { appendCategories } from './category-events.ts';
import type { ProductsDeps } from './deps.ts';
import { assertPlace } from './place-category.ts';

export interface UpdateCategoryInput extends RequestedCategoryChange {
  id: string;
  expectedVersion?: number | null;
  /** Null moves it to the top. */
  parentId?: string | null;
}

/** Changes a category; missing and equal fields change nothing. */
export async function updateCategory(
  { transaction }: ProductsDeps,
  viewer: SignedIn,
  input: UpdateCategoryInput,
): Promise<void> {
  assertManagesCatalogue(viewer);
  assertCategoryChange(input);
  await transaction(async ({ categories, events }) => {
    await categories.lockTree();
    const tree = await categories.all();
    const category = tree.find(({ id }) => id === input.id);
    if (!category) throw categoryNotFound(['input', 'id']);
    if (input.expectedVersion != null && input.expectedVersion !== category.version) {
      throw versionConflict(category.version);
    }
    const next: Category = {
      ...category,
      name: input.name ?? category.name,
      slug: input.slug ?? category.slug,
      parentId: input.parentId === undefined ? category.parentId : input.parentId,
    };
    if (FIELDS.every((field) => next[field] === category[field])) return;
    assertPlace(tree, next);
    const [former] = await categories.findFormerSlugs([next.slug]);
    if (former && former.categoryId !== next.id) throw slugTaken(next.slug);
    await categories.keepSlug(category, next.slug);
    await categories.update({ ...next, version: category.version + 1 });
    if (next.parentId === category.parentId) return;
    await appendCategories(
      events,
      tree.map((each) => (each.id === next.id ? next : each)),
    );
  });
}

const FIELDS = ['name', 'slug', 'parentId'] as const;
