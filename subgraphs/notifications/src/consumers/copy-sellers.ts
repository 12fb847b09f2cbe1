import type { PayloadOf } from '@souk/runtime/events';
import { staffOf } from '../domain/seller-staff.ts';
import type { TransactionStores } from '../use-cases/deps.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** A seller's members, and whether it sells: each event contains everything, so only the newest is needed. */
const keep = (
  {
    sellerId,
    members,
    status,
  }: Pick<PayloadOf<'products.SellerCreated'>, 'sellerId' | 'members' | 'status'>,
  sequence: number,
  { sellerStaff }: TransactionStores,
) => sellerStaff.keep({ sellerId, ...staffOf(members), maySell: status === 'ACTIVE', sequence });

export const copyNewSeller = notificationsConsumer({
  name: 'copy-new-seller',
  consumes: 'products.SellerCreated',
  handle: ({ event, sequence }, stores) => keep(event, sequence, stores),
});

export const copyChangedSeller = notificationsConsumer({
  name: 'copy-changed-seller',
  consumes: 'products.SellerUpdated',
  handle: ({ event, sequence }, stores) => keep(event, sequence, stores),
});
