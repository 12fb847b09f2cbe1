import { isIdOf } from '@souk/runtime/domain';
import type { StockMovementResolvers } from '../__generated__/resolvers.ts';
import { mayReadLedger } from '../domain/permissions.ts';
import { actorOfViewer } from './actor-of-viewer.ts';

export const StockMovement: StockMovementResolvers = {
  __resolveReference: async ({ id }, context) => {
    const { loaders } = context;
    const actor = await actorOfViewer(context);
    const movement = actor && isIdOf('mov', id) ? await loaders.movement.load(id) : null;
    const variant = movement && (await loaders.variant.load(movement.variantId));
    const product = variant && (await loaders.product.load(variant.productId));
    return product && mayReadLedger(actor, product) ? movement : null;
  },
  variant: async ({ id, variantId }, _, { loaders }) => {
    const variant = await loaders.variant.load(variantId);
    if (!variant) throw new Error(`Movement ${id} has no variant.`);
    return variant;
  },
  delta: ({ onHandDelta }) => onHandDelta,
  sellerOrder: ({ sellerOrderId }) => (sellerOrderId === null ? null : { id: sellerOrderId }),
  actor: ({ actorId }) => (actorId === null ? null : { id: actorId }),
};
