import type { Seller } from './seller.ts';

/** What the platform keeps of a sale, in hundredths of a percent; of a category and its parts, or of all others. */
export interface Commission {
  categoryId: string | null;
  basisPoints: number;
}

/** What each category is part of; null at the top. */
export type CategoryTree = ReadonlyMap<string, string | null>;

/** Whether it matters to somebody's commission how categories lie in one another. */
export const dependsOnTree = (sellers: readonly Pick<Seller, 'commissions'>[]): boolean =>
  sellers.some(({ commissions }) => commissions.some(({ categoryId }) => categoryId !== null));

/**
 * What is kept of a sale: of each category of the product the rate of the nearest that has one, of itself and what it
 * is in, else what holds for all; of those the highest. Sellers choose their products' categories, so another one
 * never makes it less.
 */
export function commissionRateOf(
  seller: Pick<Seller, 'commissions'>,
  categoryIds: readonly string[],
  tree: CategoryTree,
): number {
  const rates = new Map(seller.commissions.map((each) => [each.categoryId, each.basisPoints]));
  const general = rates.get(null) ?? 0;
  if (categoryIds.length === 0) return general;
  return Math.max(...categoryIds.map((id) => nearestRate(id, rates, tree) ?? general));
}

function nearestRate(
  categoryId: string,
  rates: ReadonlyMap<string | null, number>,
  tree: CategoryTree,
): number | null {
  const seen = new Set<string>();
  // A tree has no circles, but what was told of it is not ours to rely on.
  for (
    let at: string | null = categoryId;
    at !== null && !seen.has(at);
    at = tree.get(at) ?? null
  ) {
    const rate = rates.get(at);
    if (rate !== undefined) return rate;
    seen.add(at);
  }
  return null;
}
