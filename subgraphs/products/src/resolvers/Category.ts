import { isIdOf } from '@souk/runtime/domain';
import type { CategoryResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { checkedCriteria } from '../domain/listing.ts';
import { productList, totalOfList } from './product-list.ts';

export const Category: CategoryResolvers = {
  __resolveReference: ({ id }, { loaders }) =>
    isIdOf('cat', id) ? loaders.category.load(id) : null,
  parent: ({ parentId }, _, { loaders }) =>
    parentId === null ? null : loaders.category.load(parentId),
  children: ({ id }, _, { loaders }) => loaders.childrenOfCategory.load(id),
  ancestors: async ({ id }, _, { loaders }) => {
    const found = await loaders.ancestorsOfCategory.load(id);
    return found.map(({ category }) => category);
  },
  products: async ({ id }, { query, filter, ...args }, context) => {
    const wanted = checkedCriteria(query, filter);
    const categoryIds = await within(id, wanted.categoryIds, context);
    return productList({ criteria: { ...wanted, categoryIds }, ...args }, context);
  },
  productCount: async ({ id }, _, context) => {
    const drafts = { sellerIds: [], all: false };
    const criteria = checkedCriteria(null, { categoryIds: [id] });
    return (await totalOfList({ criteria, drafts }, context)).count;
  },
};

/** What is both in the category and in any of the requested ones. */
async function within(
  id: string,
  wanted: readonly string[] | null,
  { loaders }: Context,
): Promise<string[]> {
  if (wanted === null) return [id];
  const above = async (of: string) =>
    (await loaders.ancestorsOfCategory.load(of)).map(({ category }) => category.id);
  const ofThis = [id, ...(await above(id))];
  if (wanted.some((one) => ofThis.includes(one))) return [id];
  const parts = await Promise.all(
    wanted.map(async (one) => ((await above(one)).includes(id) ? [one] : [])),
  );
  return parts.flat();
}
