import { z } from 'zod';

const availability = z.enum(['IN_STOCK', 'LOW', 'BACKORDER', 'OUT', 'NOT_FOR_SALE']);
const reason = z.enum(['NOT_FOR_SALE', 'OUT_OF_STOCK', 'TOO_MANY']);

/**
 * Version 1 of `products.InventoryUpdated`: at first without a policy, and with the count before
 * the change in place of both availabilities.
 */
export const inventoryUpdatedV1 = z
  .object({
    variantId: z.string(),
    productId: z.string(),
    onHand: z.number().int(),
    reserved: z.number().int(),
    available: z.number().int(),
    policy: z.enum(['DENY', 'CONTINUE']).default('DENY'),
    previousAvailable: z.number().int().optional(),
    previousAvailability: availability.optional(),
    availability: availability.optional(),
  })
  .transform(({ previousAvailable, ...payload }) => {
    /** By the count alone: neither the product's status nor its threshold was recorded. */
    const byCount = (available: number) => {
      if (available > 0) return 'IN_STOCK' as const;
      return payload.policy === 'CONTINUE' ? ('BACKORDER' as const) : ('OUT' as const);
    };
    const now = payload.availability ?? byCount(payload.available);
    const before =
      payload.previousAvailability ??
      (previousAvailable === undefined ? now : byCount(previousAvailable));
    return { ...payload, previousAvailability: before, availability: now };
  });

/** Version 1 of `products.StockRejected`: at first with what was available in place of a reason. */
export const stockRejectedV1 = z
  .object({
    orderId: z.string(),
    shortages: z.array(
      z.object({
        variantId: z.string(),
        requested: z.number().int(),
        available: z.number().int().default(0),
        reason: reason.optional(),
      }),
    ),
  })
  .transform(({ orderId, shortages }) => ({
    orderId,
    shortages: shortages.map(({ variantId, requested, available, reason: payload }) => ({
      variantId,
      requested,
      reason: payload ?? (available > 0 ? ('TOO_MANY' as const) : ('OUT_OF_STOCK' as const)),
    })),
  }));
