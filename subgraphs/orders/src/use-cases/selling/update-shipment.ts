import { isIdOf, type Viewer } from '@souk/runtime/domain';
import { shipmentNotFound } from '../../domain/errors.ts';
import type { ShipmentStatus } from '../../domain/selling/shipment.ts';
import type { OrdersDeps } from '../deps.ts';
import { note } from '../timeline.ts';
import { partPayload, partStreams } from './change-parts.ts';
import { lockPartOfSeller } from './locked-part.ts';
import { settlePart } from './settle-part.ts';

export interface UpdateShipmentInput {
  shipmentId: string;
  progress?: Exclude<ShipmentStatus, 'LABEL_CREATED'> | null;
  trackingNumber?: string | null;
}

/** Says where a parcel is. One that is there stays there. */
export async function updateShipment(
  deps: OrdersDeps,
  viewer: Viewer,
  { shipmentId, progress, trackingNumber }: UpdateShipmentInput,
): Promise<{ sellerOrderId: string; shipmentId: string }> {
  const { transaction, clock } = deps;
  return transaction(async (stores) => {
    const path = ['shipmentId'];
    const find = async () =>
      isIdOf('shp', shipmentId) ? (await stores.shipments.findMany([shipmentId]))[0] : undefined;
    const known = await find();
    if (!known) throw shipmentNotFound(path);
    const { order, part } = await lockPartOfSeller(stores, viewer, known.sellerOrderId, path).catch(
      (error) => {
        // Of a parcel that one may not see, not even the order is known.
        if (error.category === 'NOT_FOUND') throw shipmentNotFound(path);
        throw error;
      },
    );
    const shipment = (await find()) ?? known;
    const now = clock();
    const isMoving = progress != null && shipment.status !== 'DELIVERED';
    const status = isMoving ? progress : shipment.status;
    const changed = {
      id: shipmentId,
      status,
      trackingNumber: trackingNumber ?? shipment.trackingNumber,
      deliveredAt: status === 'DELIVERED' ? (shipment.deliveredAt ?? now) : null,
    };
    const isSame = status === shipment.status && changed.trackingNumber === shipment.trackingNumber;
    if (isSame) return { sellerOrderId: part.id, shipmentId };
    await stores.shipments.save(changed);
    await stores.events.append({
      type: 'orders.ShipmentUpdated',
      ...partStreams(part),
      payload: { ...partPayload(order, part), shipmentId, status, from: shipment.status },
    });
    if (status === 'DELIVERED' && isMoving) {
      const happened = { order, kind: 'DELIVERED' as const, now };
      await note(stores, deps, { ...happened, sellerOrderId: part.id });
    }
    await settlePart(stores, order, part, now, deps);
    return { sellerOrderId: part.id, shipmentId };
  });
}
