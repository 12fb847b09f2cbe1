import { isIdOf } from '@souk/runtime/domain';
import type { SignedIn } from '../domain/actor.ts';
import { categoryNotFound, illegalSellerStatus } from '../domain/errors.ts';
import { assertCommission, type SellerStatus, sellerMayBecome } from '../domain/seller.ts';
import { assertManagesSellers } from '../domain/seller-permissions.ts';
import { saveSeller, sellerToChange } from './change-seller.ts';
import type { ProductsDeps } from './deps.ts';
import { shelveProductsOf } from './shelve-products.ts';

/**
 * Approves a seller, suspends it or closes it. Once this has been answered nothing of it is sold: it waits
 * for the sales that have begun, and new ones wait for it.
 */
export async function setSellerStatus(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  { sellerId, status, reason }: { sellerId: string; status: SellerStatus; reason?: string | null },
): Promise<void> {
  await transaction(async (stores) => {
    assertManagesSellers(viewer);
    const seller = await sellerToChange(stores, sellerId, ['sellerId']);
    if (!sellerMayBecome(seller.status, status)) throw illegalSellerStatus(seller.status, status);
    if (seller.status === status) return;
    await saveSeller(
      stores,
      { ...seller, status, statusReason: reason ?? null },
      ['status'],
      clock(),
    );
    await shelveProductsOf(stores, sellerId, '');
  });
}

/**
 * Sets the commission on a seller's sales: in one category with its subcategories, or for everything without
 * a rate of its own.
 */
export async function setCommission(
  { transaction, clock }: ProductsDeps,
  viewer: SignedIn,
  {
    sellerId,
    categoryId,
    basisPoints,
  }: {
    sellerId: string;
    categoryId?: string | null;
    basisPoints: number;
  },
): Promise<void> {
  assertCommission({ basisPoints });
  await transaction(async (stores) => {
    assertManagesSellers(viewer);
    const seller = await sellerToChange(stores, sellerId, ['sellerId']);
    if (categoryId != null) {
      // A category that is deleted meanwhile takes its rates with it, including this one.
      await stores.categories.lockTree();
      const known = isIdOf('cat', categoryId) ? await stores.categories.findMany([categoryId]) : [];
      if (known.length === 0) throw categoryNotFound(['categoryId']);
    }
    await stores.sellers.putCommission(sellerId, { categoryId: categoryId ?? null, basisPoints });
    await saveSeller(stores, seller, ['commissions'], clock());
  });
}
