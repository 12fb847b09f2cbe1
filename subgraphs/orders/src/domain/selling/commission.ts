import type { Seller } from './seller.ts';

/**
 * The commission on a sale, in hundredths of a percent; of a category with its subcategories, or of all
 * others.
 */
export interface Commission {
  categoryId: string | null;
  basisPoints: number;
}

/** The parent of each category; null at the top. */
export type CategoryTree = ReadonlyMap<string, string | null>;

/** Whether the nesting of categories affects somebody's commission. */
export const dependsOnTree = (sellers: readonly Pick<Seller, 'commissions'>[]): boolean =>
  sellers.some(({ commissions }) => commissions.some(({ categoryId }) => categoryId !== null));

/**
 * The commission on a sale: for each category of the product the rate of the nearest that has one, among
 * itself and its ancestors, otherwise the general rate; of these the highest. Sellers choose their products'
 * categories, so adding one never lowers it.
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
  // A tree has no cycles, but it is somebody else's data.
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
