import type { SignedIn } from '../domain/actor.ts';
import { assertAdjustment, type RequestedAdjustment, stockReasonOf } from '../domain/adjustment.ts';
import { badInput, negativeStock, variantNotFound } from '../domain/errors.ts';
import { MAX_ON_HAND } from '../domain/new-variant.ts';
import { maySee } from '../domain/permissions.ts';
import { assertMayDoFor } from '../domain/seller-permissions.ts';
import { availableOf } from '../domain/stock.ts';
import type { ProductsDeps } from './deps.ts';
import { appendInventoryChanges } from './product-events.ts';
import { actorFor } from './selling.ts';

export interface AdjustInventoryInput extends RequestedAdjustment {
  note?: string | null;
  idempotencyKey: string;
}

export interface Adjustment {
  variantId: string;
  movementId: string;
  replayed: boolean;
}

/** Adds units to stock or removes them, with a line in the ledger. */
export async function adjustInventory(
  { transaction, clock, newId }: ProductsDeps,
  viewer: SignedIn,
  input: AdjustInventoryInput,
): Promise<Adjustment> {
  assertAdjustment(input);
  const { variantId, delta, note = null, idempotencyKey: key } = input;
  return transaction(async (stores) => {
    const { idempotency, variants, products, stock } = stores;
    const variant = await variants.find(variantId);
    const product = variant && (await products.find(variant.productId));
    const notFound = () => variantNotFound(['input', 'variantId']);
    if (!product) throw notFound();
    const { actor } = await actorFor(stores, viewer, product.sellerId);
    if (!maySee(actor, product)) throw notFound();
    assertMayDoFor(actor, 'ADJUST_STOCK', product);
    const request = { scope: `adjustInventory:${actor.userId}`, key, input };
    const { result, replayed } = await idempotency.once(request, async () => {
      const now = clock();
      const item = await stock.changeOnHand({ variantId, delta, max: MAX_ON_HAND }, now);
      if (!item) {
        const [present] = await stock.findMany([variantId]);
        if (delta > 0 || !present)
          throw badInput('That would be too many units.', ['input', 'delta']);
        throw negativeStock(present, Math.max(0, availableOf(present)));
      }
      const movement = {
        id: newId('mov'),
        variantId,
        onHandDelta: delta,
        reservedDelta: 0,
        reason: stockReasonOf(input.reason),
        adjustmentReason: input.reason,
        orderId: null,
        sellerOrderId: null,
        actorId: actor.userId,
        note,
        occurredAt: now,
      };
      await stock.record([movement]);
      const before = { ...item, onHand: item.onHand - delta };
      await appendInventoryChanges(stores, [{ item, before, movementId: movement.id }], true);
      return { variantId, movementId: movement.id };
    });
    return { ...result, replayed };
  });
}
