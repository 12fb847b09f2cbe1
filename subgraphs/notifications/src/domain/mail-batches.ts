import { answeredIn } from './answering.ts';
import type { NotificationKind } from './notification.ts';
import { type NotificationTarget, sellerOf } from './notification-target.ts';

/** The batch of those who get all of some time in one mail. */
export const DIGEST_BATCH = 'digest';

/** What of a seller may come in any number, and waits for nobody. */
const OF_A_SELLER: readonly NotificationKind[] = ['LOW_STOCK', 'REVIEW', 'CUSTOMER_QUESTION'];

/**
 * What notices have in common that go in one mail, one an hour: their room, their order, what others may cause in any
 * number (requests to one group, reports of one room, invitations, reviews, low stock and customers of one seller), or
 * nothing but themselves.
 */
export function batchKeyOf(notice: {
  id: string;
  kind: NotificationKind;
  subject: string | null;
  roomId: string | null;
  orderId: string | null;
  target: NotificationTarget | null;
}): string {
  const { id, kind, roomId, orderId, target } = notice;
  if (roomId !== null) return `room:${roomId}`;
  if (orderId !== null) return `order:${orderId}`;
  const asked = answeredIn(notice);
  if (asked) return `asked:${'groupId' in asked ? asked.groupId : asked.roomId}`;
  if (kind === 'INVITE') return 'invites';
  const sellerId = sellerOf(target);
  return sellerId !== null && OF_A_SELLER.includes(kind) ? `${kind}:${sellerId}` : id;
}
