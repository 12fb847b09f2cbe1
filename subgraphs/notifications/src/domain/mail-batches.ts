/** The batch of those who get all of some time in one mail. */
export const DIGEST_BATCH = 'digest';

/** What notices have in common that go in one mail: their room, their order, or nothing but themselves. */
export const batchKeyOf = (notice: {
  id: string;
  roomId: string | null;
  orderId: string | null;
}): string =>
  notice.roomId !== null
    ? `room:${notice.roomId}`
    : notice.orderId !== null
      ? `order:${notice.orderId}`
      : notice.id;
