import { isIdOf } from '@souk/runtime/domain';
import type { ShipmentResolvers } from '../__generated__/resolvers.ts';
import { contentsOf, partOf } from './contents.ts';
import { visibleSellerOrder } from './visible.ts';

export const Shipment: ShipmentResolvers = {
  __resolveReference: async ({ id }, context) => {
    const shipment = isIdOf('shp', id) ? await context.loaders.shipment.load(id) : null;
    return (
      shipment && (await visibleSellerOrder({ id: shipment.sellerOrderId }, context)) && shipment
    );
  },
  contents: ({ lines }, _, context) => contentsOf(lines, context),
  sellerOrder: ({ sellerOrderId }, _, context) => partOf(sellerOrderId, context),
};
