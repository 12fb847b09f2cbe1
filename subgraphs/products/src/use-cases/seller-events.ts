import { CATALOG_STREAM, sellerStream, type TransactionTools } from '@souk/runtime/events';
import { PUBLIC_FIELDS, type Seller } from '../domain/seller.ts';
import type { Stores } from '../persistence/stores.ts';

type Tools = Pick<Stores, 'sellers'> & Pick<TransactionTools, 'events'>;

/** With the whole seller, so that a copy only needs the newest event. */
async function payloadOf({ sellers }: Pick<Stores, 'sellers'>, seller: Seller) {
  const [members, commissions] = await Promise.all([
    sellers.membersOf([seller.id]),
    sellers.commissionsOf([seller.id]),
  ]);
  return {
    sellerId: seller.id,
    handle: seller.handle,
    displayName: seller.displayName,
    status: seller.status,
    version: seller.version,
    members: members
      .filter(({ acceptedAt }) => acceptedAt !== null)
      .map(({ userId, role }) => ({ userId, role })),
    commissions: commissions.map(({ categoryId, basisPoints }) => ({ categoryId, basisPoints })),
  };
}

export const appendSellerCreated = async (stores: Tools, seller: Seller): Promise<void> => {
  await stores.events.append({
    type: 'products.SellerCreated',
    stream: sellerStream(seller.id),
    payload: await payloadOf(stores, seller),
  });
};

/** Shoppers are told of what they can see; not of members and commissions. */
export const appendSellerUpdated = async (
  stores: Tools,
  seller: Seller,
  changed: string[],
): Promise<void> => {
  const isPublic =
    seller.status !== 'PENDING' && changed.some((name) => PUBLIC_FIELDS.includes(name));
  await stores.events.append({
    type: 'products.SellerUpdated',
    stream: sellerStream(seller.id),
    alsoIn: isPublic ? [CATALOG_STREAM] : [],
    payload: { ...(await payloadOf(stores, seller)), changed },
  });
};
