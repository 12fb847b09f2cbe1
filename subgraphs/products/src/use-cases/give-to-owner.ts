import type { ProductsConfig } from '../config.ts';
import type { Seller } from '../domain/seller.ts';
import type { ProductsDeps } from './deps.ts';
import { appendSellerCreated } from './seller-events.ts';

type Tools = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0];

/**
 * Gives a seller that was just inserted its first owner and the commission of new sellers, and announces it.
 */
export async function giveToOwner(
  stores: Tools,
  seller: Seller,
  userId: string,
  { commissionBasisPoints: basisPoints }: Pick<ProductsConfig, 'commissionBasisPoints'>,
): Promise<void> {
  const { sellers } = stores;
  const at = seller.createdAt;
  await sellers.putMember({
    sellerId: seller.id,
    userId,
    role: 'OWNER',
    joinedAt: at,
    acceptedAt: at,
  });
  await sellers.putCommission(seller.id, { categoryId: null, basisPoints });
  await appendSellerCreated(stores, seller);
}
