import { isIdOf } from '@souk/runtime/domain';
import { sellerNotFound } from '../domain/errors.ts';
import type { Seller } from '../domain/seller.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ProductsDeps } from './deps.ts';
import { appendSellerUpdated } from './seller-events.ts';

export type Tools = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0];

/** The seller, locked by this transaction. */
export async function sellerToChange(
  { sellers }: Pick<Stores, 'sellers'>,
  id: string,
  path: readonly string[],
): Promise<Seller> {
  const seller = isIdOf('sel', id) ? await sellers.lock(id, 'update') : null;
  if (!seller) throw sellerNotFound(path);
  return seller;
}

/** Stores a changed seller with the next version, and its event. */
export async function saveSeller(
  stores: Tools,
  seller: Seller,
  changed: string[],
  now: Date,
): Promise<void> {
  const updated = { ...seller, version: seller.version + 1, updatedAt: now };
  await stores.sellers.update(updated);
  await appendSellerUpdated(stores, updated, changed);
}
