import type { RecordedEvent } from '@souk/runtime/events';
import { sellerStream } from '@souk/runtime/events';
import type { FollowedStream, StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import { sellerOrderNotFound } from '../domain/errors.ts';
import type { SellerOrderStatus } from '../domain/selling/seller-order-status.ts';
import type {
  PayoutChangedModel,
  RefundFailedModel,
  RefundIssuedModel,
  ReturnChangedModel,
  SellerOrderReceivedModel,
  SellerOrderStatusChangedModel,
  ShipmentUpdatedModel,
} from './models.ts';
import { seesDesk } from './visible.ts';

export type ShownPart =
  | SellerOrderStatusChangedModel
  | ShipmentUpdatedModel
  | RefundIssuedModel
  | RefundFailedModel
  | ReturnChangedModel;

/** What happens to the parts of a seller, for people who work for it. */
export async function sellerOrderEvents(
  sellerId: string,
  context: Context,
): Promise<FollowedStream<ShownPart | SellerOrderReceivedModel | PayoutChangedModel>> {
  if (!(await seesDesk(sellerId, context))) throw sellerOrderNotFound(['sellerId']);
  return {
    stream: sellerStream(sellerId),
    show: async (event, place) => {
      // People who no longer work for it get nothing more.
      if (!(await seesDesk(sellerId, context))) return null;
      if (event.type === 'orders.PayoutChanged') {
        const payout = await context.loaders.payout.load(event.payload.payoutId);
        return payout && { __typename: 'PayoutChanged', ...place, payout };
      }
      return shownPart(event, place, context, 'SELLER');
    },
  };
}

/** An event of a part as its buyer or its seller sees it; null for other events. */
export async function shownPart<For extends 'BUYER' | 'SELLER'>(
  event: RecordedEvent,
  place: StreamPlace,
  { loaders }: Context,
  audience: For,
): Promise<ShownPart | (For extends 'SELLER' ? SellerOrderReceivedModel : never) | null> {
  if (!('sellerOrderId' in event.payload)) return null;
  const sellerOrder = await loaders.sellerOrder.load(event.payload.sellerOrderId);
  if (!sellerOrder) return null;
  const shown = { ...place, sellerOrder };
  switch (event.type) {
    case 'orders.SellerOrderReceived':
      return audience === 'SELLER'
        ? ({ __typename: 'SellerOrderReceived', ...shown } as never)
        : { __typename: 'SellerOrderStatusChanged', ...shown, previousStatus: 'WAITING' };
    case 'orders.SellerOrderStatusChanged': {
      const previousStatus = event.payload.from as SellerOrderStatus;
      return { __typename: 'SellerOrderStatusChanged', ...shown, previousStatus };
    }
    case 'orders.ShipmentUpdated': {
      const shipment = await loaders.shipment.load(event.payload.shipmentId);
      return shipment && { __typename: 'ShipmentUpdated', ...shown, shipment };
    }
    case 'orders.RefundFailed':
    case 'orders.RefundIssued': {
      const refund = await loaders.refund.load(event.payload.refundId);
      const own = refund && { ...refund, sellerOrderId: sellerOrder.id };
      if (!own) return null;
      return event.type === 'orders.RefundFailed'
        ? { __typename: 'RefundFailed', ...shown, refund: own }
        : { __typename: 'RefundIssued', ...shown, refund: own };
    }
    case 'orders.ReturnChanged': {
      const returned = await loaders.returnRequest.load(event.payload.returnId);
      return returned && { __typename: 'ReturnChanged', ...shown, return: returned };
    }
    default:
      return null;
  }
}
