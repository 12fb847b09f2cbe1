import type { PayloadOf } from '@souk/runtime/events';
import { staffOf } from '../domain/seller-staff.ts';
import type { NotifyDeps, TransactionStores } from '../use-cases/deps.ts';
import { followSellerStaff } from '../use-cases/follow-seller-staff.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** A seller's members, and whether it sells: each event contains everything, so only the newest is needed. */
const keep = (
  deps: NotifyDeps,
  {
    sellerId,
    members,
    status,
  }: Pick<PayloadOf<'products.SellerCreated'>, 'sellerId' | 'members' | 'status'>,
  sequence: number,
  stores: TransactionStores,
) => {
  const staff = { sellerId, ...staffOf(members), maySell: status === 'ACTIVE', sequence };
  return followSellerStaff(deps, stores, staff);
};

export const copyNewSeller = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'copy-new-seller',
    consumes: 'products.SellerCreated',
    handle: ({ event, sequence }, stores) => keep(deps, event, sequence, stores),
  });

export const copyChangedSeller = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'copy-changed-seller',
    consumes: 'products.SellerUpdated',
    handle: ({ event, sequence }, stores) => keep(deps, event, sequence, stores),
  });
