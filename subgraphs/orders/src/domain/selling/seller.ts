import { personalSellerIdOf, scopesOf, type Viewer } from '@souk/runtime/domain';

/** Our copy of a seller. */
export interface Seller {
  id: string;
  displayName: string;
  status: 'PENDING' | 'ACTIVE' | 'SUSPENDED' | 'CLOSED';
  commissions: readonly Commission[];
}

/** What the platform keeps of a sale, in hundredths of a percent; of a category, or of all others. */
export interface Commission {
  categoryId: string | null;
  basisPoints: number;
}

/**
 * What is kept of a sale: the highest rate of those categories of the product that have one, else what holds for all.
 * Sellers choose their products' categories, so another one never makes it less.
 */
export function commissionRateOf(
  seller: Pick<Seller, 'commissions'> | null | undefined,
  categoryIds: readonly string[],
): number {
  const commissions = seller?.commissions ?? [];
  const own = commissions.filter(
    ({ categoryId }) => categoryId !== null && categoryIds.includes(categoryId),
  );
  const general = commissions.find(({ categoryId }) => categoryId === null);
  if (own.length === 0) return general?.basisPoints ?? 0;
  return Math.max(...own.map(({ basisPoints }) => basisPoints));
}

/** Whether somebody works for a seller; everybody does for the seller that they are by themselves. */
export const worksFor = (
  viewer: Viewer | null,
  sellerId: string,
  sellersOfViewer: readonly string[],
): boolean =>
  viewer !== null &&
  (personalSellerIdOf(viewer.userId) === sellerId || sellersOfViewer.includes(sellerId));

/** Staff see what sellers see. */
export const isStaff = (viewer: Viewer | null): boolean => scopesOf(viewer).has('orders:read');
