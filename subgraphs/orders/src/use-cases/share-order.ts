import { isIdOf, newSecretId, type Viewer } from '@souk/runtime/domain';
import { notBought, orderNotFound, snapshotNotFound } from '../domain/errors.ts';
import { isBought } from '../domain/order-status.ts';
import type { OrdersDeps } from './deps.ts';

/** The number of revoked ones that whoever shared them still sees; older ones are deleted, so rows do not grow without end. */
const REVOKED_KEPT = 10;

/**
 * Lets whoever has the id see what was ordered: no address, no payment, and prices only if asked for. Of an order
 * there is one such id with prices and one without, given again when it is shared again.
 */
export async function shareOrder(
  { transaction, clock }: OrdersDeps,
  { userId }: Viewer,
  { orderId, withPrices }: { orderId: string; withPrices: boolean },
): Promise<{ snapshotId: string }> {
  return transaction(async ({ orders, snapshots }) => {
    const order = isIdOf('ord', orderId) ? await orders.lock(orderId) : null;
    if (order?.buyerId !== userId) throw orderNotFound(['orderId']);
    if (!isBought(order.status)) throw notBought(['orderId']);
    const live = await snapshots.live(orderId, { withPrices });
    if (live) return { snapshotId: live.id };
    await snapshots.forgetRevoked(orderId, { except: REVOKED_KEPT });
    const id = newSecretId('osn');
    const shared = { orderId, sharedBy: userId, withPrices, sharedAt: clock(), revokedAt: null };
    await snapshots.insert({ id, ...shared });
    return { snapshotId: id };
  });
}

/** Ends that; done again it changes nothing. */
export async function revokeOrderSnapshot(
  { transaction, clock }: OrdersDeps,
  { userId }: Viewer,
  { orderSnapshotId: id }: { orderSnapshotId: string },
): Promise<{ snapshotId: string }> {
  return transaction(async ({ snapshots }) => {
    const [snapshot] = isIdOf('osn', id) ? await snapshots.findMany([id]) : [];
    if (snapshot?.sharedBy !== userId) throw snapshotNotFound(['orderSnapshotId']);
    await snapshots.revoke(id, clock());
    return { snapshotId: id };
  });
}
