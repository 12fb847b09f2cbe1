/** The private face of a seller, `SellerDesk`, has the seller's id under a prefix of its own. */
export const deskIdOf = (sellerId: string): string => sellerId.replace(/^sel_/, 'dsk_');

/** The seller whose desk this is. */
export const sellerIdOfDesk = (deskId: string): string => deskId.replace(/^dsk_/, 'sel_');

/**
 * The seller that somebody is by themselves, who sells without having opened one. Made of their own id, so
 * that two requests at once open one and the same, and every subgraph knows it from the person alone.
 */
export const personalSellerIdOf = (userId: string): string => userId.replace(/^usr_/, 'sel_');
