import { sortKeyOf } from '@souk/runtime/domain';
import { connectionOf, type PageArguments, pageOf } from '@souk/runtime/graphql';
import type { Context } from '../context.ts';
import type { Category } from '../domain/category.ts';
import type { CategoryConnectionModel } from './models.ts';

type Position = readonly [sortKey: string, id: string];

const positionOf = ({ name, id }: Category): Position => [sortKeyOf(name), id];

const isBehind = ([key, id]: Position, [afterKey, afterId]: Position): boolean =>
  key > afterKey || (key === afterKey && id > afterId);

/** A page of the direct subcategories of one, or of the top level, by name; there are few. */
export async function categoryList(
  { parentId, ...args }: PageArguments & { parentId: string | null },
  { stores, loaders, cursors }: Context,
): Promise<CategoryConnectionModel> {
  const purpose = `categories:${parentId ?? ''}`;
  const page = pageOf<Position>(args, { cursors, purpose });
  const all =
    parentId === null
      ? await stores.categories.atTop()
      : await loaders.childrenOfCategory.load(parentId);
  const { from } = page;
  const behind = all.filter((category) => from === null || isBehind(positionOf(category), from));
  const rows = behind.slice(0, page.limit + 1);
  return {
    ...connectionOf(rows, page, { cursors, purpose, positionOf }),
    totalCount: all.length,
  };
}
