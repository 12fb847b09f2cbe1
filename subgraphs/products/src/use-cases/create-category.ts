import { slugOf } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { slugTaken } from '../domain/errors.ts';
import { assertManagesCatalogue } from '../domain/permissions.ts';
import { checkedSlug, freeSlug, MAX_SLUG_LENGTH } from '../domain/slug.ts';
import type { CategoryStore } from '../persistence/category-store.ts';
import { appendCategories } from './category-events.ts';
import type { ProductsDeps } from './deps.ts';
import { assertPlace } from './place-category.ts';

export interface CreateCategoryInput {
  name: string;
  slug?: string | null;
  parentId?: string | null;
  idempotencyKey?: string | null;
}

/** Adds a category to the tree. */
export async function createCategory(
  { transaction, newId }: ProductsDeps,
  viewer: SignedIn,
  input: CreateCategoryInput,
): Promise<{ categoryId: string; replayed: boolean }> {
  assertManagesCatalogue(viewer);
  const { name, slug: asked, parentId = null } = input;
  if (asked != null) checkedSlug(asked, ['input', 'slug']);
  const request = { scope: `createCategory:${viewer.userId}`, key: input.idempotencyKey, input };
  const { result, replayed } = await transaction(({ idempotency, categories, events }) =>
    idempotency.once(request, async () => {
      await categories.lockTree();
      const tree = await categories.all();
      const id = newId('cat');
      const slug = asked ?? (await madeSlug(name, id, tree, categories));
      if ((await categories.findFormerSlugs([slug])).length > 0) throw slugTaken(slug);
      assertPlace(tree, { id, slug, parentId });
      await categories.insert({ id, slug, name, parentId, version: 1 });
      await appendCategories(events, [...tree, { id, parentId }]);
      return id;
    }),
  );
  return { categoryId: result, replayed };
}

/** Leaves room for a number that makes it unique. */
const MAX_MADE_LENGTH = MAX_SLUG_LENGTH - 20;

function madeSlug(
  name: string,
  id: string,
  tree: readonly { slug: string }[],
  categories: Pick<CategoryStore, 'findFormerSlugs'>,
): Promise<string> {
  const taken = new Set(tree.map(({ slug }) => slug));
  return freeSlug(slugOf(name, MAX_MADE_LENGTH) || `category-${id.slice(-8)}`, async (slugs) => {
    const former = await categories.findFormerSlugs(slugs);
    const had = new Set(former.map(({ slug }) => slug));
    return new Set(slugs.filter((slug) => taken.has(slug) || had.has(slug)));
  });
}
