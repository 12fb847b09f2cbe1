/** A seller's private side, `SellerDesk`, has the seller's id under a prefix of its own. */
export const deskIdOf = (sellerId: string): string => sellerId.replace(/^sel_/, 'dsk_');

/** The seller whose desk this is. */
export const sellerIdOfDesk = (deskId: string): string => deskId.replace(/^dsk_/, 'sel_');

/**
 * The seller that a person is by themselves, for those who sell without having opened one. It is made from
 * their own id, so that two concurrent requests open the same one, and every subgraph can derive it from the
 * person alone.
 */
export const personalSellerIdOf = (userId: string): string => userId.replace(/^usr_/, 'sel_');
