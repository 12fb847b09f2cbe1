import type { Viewer } from '@souk/runtime/domain';
import { partNotReady } from '../../domain/errors.ts';
import {
  checkedQuantities,
  type LineQuantity,
  withQuantities,
} from '../../domain/selling/line-quantities.ts';
import { toShip } from '../../domain/selling/seller-order-status.ts';
import type { Shipment } from '../../domain/selling/shipment.ts';
import type { OrdersDeps } from '../deps.ts';
import { note } from '../timeline.ts';
import { announceFulfilment } from './announce-fulfilment.ts';
import { partPayload, partStreams } from './change-parts.ts';
import { lockPartOfSeller } from './locked-part.ts';
import { settlePart } from './settle-part.ts';

export interface FulfilOrderInput {
  sellerOrderId: string;
  lines: readonly LineQuantity[];
  carrier?: string | null;
  trackingNumber?: string | null;
  trackingUrl?: string | null;
  idempotencyKey: string;
}

/** More parcels than this are none of one order. */
const MOST_SHIPMENTS = 100;

/** A seller sends some of what was ordered, in one parcel. */
export async function fulfilOrder(
  deps: OrdersDeps,
  viewer: Viewer,
  input: FulfilOrderInput,
): Promise<{ sellerOrderId: string; shipmentId: string; replayed: boolean }> {
  const { transaction, clock, newId } = deps;
  checkedQuantities(input.lines);
  const request = { scope: `fulfilOrder:${viewer.userId}`, key: input.idempotencyKey, input };
  const { result, replayed } = await transaction((stores) =>
    stores.idempotency.once(request, async () => {
      const path = ['input', 'sellerOrderId'];
      const locked = await lockPartOfSeller(stores, viewer, input.sellerOrderId, path);
      const { order, part, lines } = locked;
      if (part.status !== 'OPEN' && part.status !== 'PARTIALLY_SHIPPED') {
        throw partNotReady('There is nothing left to ship.', path);
      }
      const sent = withQuantities(input.lines, lines, toShip);
      const known = await stores.shipments.ofSellerOrders([part.id]);
      if (known.length >= MOST_SHIPMENTS) throw partNotReady('It has too many parcels.', path);
      const now = clock();
      const shipment: Shipment = {
        id: newId('shp'),
        sellerOrderId: part.id,
        status: 'IN_TRANSIT',
        carrier: input.carrier ?? null,
        trackingNumber: input.trackingNumber ?? null,
        trackingUrl: input.trackingUrl ?? null,
        shippedAt: now,
        deliveredAt: null,
        createdAt: now,
        lines: sent.map(({ line, quantity }) => ({ orderLineId: line.id, quantity })),
      };
      await stores.shipments.insert(shipment);
      const changed = sent.map(({ line, quantity }) => ({
        ...line,
        shippedQuantity: line.shippedQuantity + quantity,
      }));
      await stores.sellerOrders.saveLines(changed);
      await stores.events.append({
        type: 'orders.ShipmentUpdated',
        ...partStreams(part),
        payload: { ...partPayload(order, part), shipmentId: shipment.id, status: shipment.status },
      });
      const happened = { order, kind: 'SHIPPED' as const, now };
      await note(stores, deps, { ...happened, sellerOrderId: part.id, actorId: viewer.userId });
      await announceFulfilment(stores, part, changed);
      await settlePart(stores, order, part, now, deps);
      return { sellerOrderId: part.id, shipmentId: shipment.id };
    }),
  );
  return { ...result, replayed };
}
