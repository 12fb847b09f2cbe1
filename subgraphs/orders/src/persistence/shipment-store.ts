import { storedWebAddress } from '@souk/runtime/domain';
import type { Shipment, ShipmentStatus } from '../domain/selling/shipment.ts';
import type { Db } from './client.ts';

/** Parcels; callers that add or change one have locked the order first. */
export interface ShipmentStore {
  findMany(ids: readonly string[]): Promise<Shipment[]>;
  ofSellerOrders(sellerOrderIds: readonly string[]): Promise<Shipment[]>;
  insert(shipment: Shipment): Promise<void>;
  save(shipment: Pick<Shipment, 'id' | 'status' | 'trackingNumber' | 'deliveredAt'>): Promise<void>;
}

export const createShipmentStore = (db: Db): ShipmentStore => {
  const find = async (where: { id?: { in: string[] }; sellerOrderId?: { in: string[] } }) => {
    const rows = await db.shipment.findMany({
      where,
      include: { lines: { select: { orderLineId: true, quantity: true } } },
      orderBy: { id: 'asc' },
    });
    return rows.map(
      (row): Shipment => ({
        ...row,
        status: row.status as ShipmentStatus,
        // Older rows may contain an address that would run in the page that shows it.
        trackingUrl: storedWebAddress(row.trackingUrl),
      }),
    );
  };
  return {
    findMany: (ids) => find({ id: { in: [...ids] } }),
    ofSellerOrders: (ids) => find({ sellerOrderId: { in: [...ids] } }),
    insert: async ({ lines, ...shipment }) => {
      await db.shipment.create({ data: shipment });
      await db.shipmentLine.createMany({
        data: lines.map((line) => ({ ...line, shipmentId: shipment.id })),
      });
    },
    save: async ({ id, status, trackingNumber, deliveredAt }) => {
      await db.shipment.update({ where: { id }, data: { status, trackingNumber, deliveredAt } });
    },
  };
};
