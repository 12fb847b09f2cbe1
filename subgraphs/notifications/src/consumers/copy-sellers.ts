import type { PayloadOf } from '@souk/runtime/events';
import { staffOf } from '../domain/seller-staff.ts';
import type { TransactionStores } from '../use-cases/deps.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Who works for a seller: each event names all of them, so the newest is all there is to know. */
const keep = (
  { sellerId, members }: Pick<PayloadOf<'products.SellerCreated'>, 'sellerId' | 'members'>,
  sequence: number,
  { sellerStaff }: TransactionStores,
) => sellerStaff.keep({ sellerId, ...staffOf(members), sequence });

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
