/** The stream that tells all about one order. */
export const orderStream = (orderId: string) => `order:${orderId}`;

/** The stream that tells a person about all their orders. */
export const buyerStream = (userId: string) => `user:${userId}`;
