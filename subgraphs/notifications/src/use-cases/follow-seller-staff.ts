import { heardNoMore } from '../domain/seller-staff.ts';
import type { SellerStaff } from '../persistence/seller-staff-store.ts';
import { announceRead } from './announce-read.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';

/**
 * Who works for a seller changed. Notices of its business that are for others now, such as of a customer who waits, are
 * marked as read for who left; those that wait to be mailed are held back when their time comes.
 */
export async function followSellerStaff(
  deps: NotifyDeps,
  stores: TransactionStores,
  staff: SellerStaff,
): Promise<void> {
  const before = await stores.sellerStaff.keep(staff);
  if (!before) return;
  // In one order, so that two sellers who lose the same people do not wait for each other.
  const leaving = [...heardNoMore(before, staff)].sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [userId, kinds] of leaving) {
    const of = { kinds, ofSeller: staff.sellerId };
    const read = await stores.notifications.markRead(userId, of, deps.clock());
    await announceRead(deps, stores, userId, read);
  }
}
