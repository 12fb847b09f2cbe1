import { deskIdOf } from '@souk/runtime/domain';
import type { ResolversUnionTypes } from '../__generated__/resolvers.ts';
import type { Notification } from '../domain/notification.ts';

type Target = ResolversUnionTypes<Record<string, unknown>>['NotificationTarget'];

/** What a notice links to; if its reader may no longer see the target, its own subgraph returns null. */
export function targetOf(notice: Notification): Target | null {
  const { userId, roomId, messageId, orderId, target } = notice;
  if (roomId !== null) {
    const message = messageId === null ? null : { id: messageId };
    return { __typename: 'RoomTarget', room: { id: roomId }, message };
  }
  if (orderId !== null) return { __typename: 'OrderTarget', order: { id: orderId } };
  switch (target?.type) {
    case undefined:
    case 'SellerAlone':
      return null;
    case 'RoomTarget':
      return {
        __typename: 'RoomTarget',
        room: { id: target.roomId },
        message: { id: target.messageId },
      };
    case 'EntityTarget':
      return {
        __typename: 'EntityTarget',
        entity: { id: 'entityId' in target ? target.entityId : target.productId },
      };
    case 'GroupTarget':
      return {
        __typename: 'GroupTarget',
        group: { id: target.groupId },
        joinRequest: named(target.joinRequestId),
      };
    case 'SellerOrderTarget':
      return {
        __typename: 'SellerOrderTarget',
        sellerOrder: { id: target.sellerOrderId },
        return: named(target.returnId),
      };
    case 'ReviewTarget':
      return { __typename: 'ReviewTarget', review: { id: target.reviewId } };
    case 'StockTarget':
      return { __typename: 'StockTarget', variant: { id: target.variantId } };
    case 'PayoutTarget':
      return { __typename: 'PayoutTarget', payout: { id: target.payoutId } };
    case 'SupportTarget':
      return {
        ...{ __typename: 'SupportTarget', roomId: target.roomId },
        desk: { id: deskIdOf(target.sellerId) },
        sellerOrder: named(target.sellerOrderId ?? undefined),
      };
    case 'ReportTarget':
      return { __typename: 'ReportTarget', report: { id: target.reportId } };
    case 'SessionTarget':
      return { __typename: 'SessionTarget', viewer: { id: userId } };
  }
}

/** Details that only some notices of a target have. */
const named = (id: string | undefined) => (id === undefined ? null : { id });
