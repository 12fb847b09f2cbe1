import type { TransactionTools } from '@souk/runtime/events';
import { replaceStores } from '@souk/runtime/persistence';
import type { SellerMember } from '../../src/domain/seller.ts';
import type { Stores } from '../../src/persistence/stores.ts';

/** Reads who works for a seller before waiting for its lock, as it once did. */
export function readRightsFirst(stores: Stores & TransactionTools, userId: string) {
  const { sellers } = stores;
  let before: SellerMember[] | null = null;
  return replaceStores(stores, {
    sellers: {
      ...sellers,
      lock: async (id, how) => {
        before = await sellers.membershipsOf([userId]);
        return sellers.lock(id, how);
      },
      membershipsOf: async (userIds) => before ?? sellers.membershipsOf(userIds),
    },
  });
}
