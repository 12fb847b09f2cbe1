import { z } from 'zod';
import { personalSellerIdOf } from '../../domain/ids/seller-ids.ts';

const availability = z.enum(['IN_STOCK', 'LOW', 'BACKORDER', 'OUT', 'NOT_FOR_SALE']);
const reason = z.enum(['NOT_FOR_SALE', 'OUT_OF_STOCK', 'TOO_MANY']);

/**
 * Version 1 of `products.InventoryUpdated`: the first ones had no policy, and the count before the change in
 * place of both availabilities.
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
    return { ...payload, previousAvailability: before, availability: now, movementId: null };
  });

/** Version 1 of `products.StockRejected`: the first ones had the available quantity in place of a reason. */
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

/** Version 1 of the events of a product: its seller was the person who listed it. */
const productV1 = z.object({
  productId: z.string(),
  sellerId: z.string(),
  slug: z.string(),
  title: z.string(),
  status: z.enum(['DRAFT', 'ACTIVE', 'ARCHIVED']),
  version: z.number().int(),
  variants: z.array(
    z.object({
      variantId: z.string(),
      sku: z.string(),
      title: z.string(),
      priceMinor: z.number().int(),
      currency: z.string(),
      weightGrams: z.number().int().nullable(),
    }),
  ),
});

const withSeller = <Payload extends { sellerId: string }>(payload: Payload) => ({
  ...payload,
  sellerId: personalSellerIdOf(payload.sellerId),
  categoryIds: [],
});

export const productCreatedV1 = productV1.transform(withSeller);
export const productUpdatedV1 = productV1
  .extend({ changed: z.array(z.string()) })
  .transform(withSeller);
