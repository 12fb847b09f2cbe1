import { isIdOf } from '@souk/runtime';
import { checkedWhole } from '@souk/runtime/domain';
import { badInput, negativeStock, variantNotFound } from '../domain/errors.ts';
import { MAX_ON_HAND } from '../domain/new-variant.ts';
import { type Actor, assertMayChange, maySee } from '../domain/permissions.ts';
import { availableOf, type StockReason } from '../domain/stock.ts';
import type { ProductsDeps } from './deps.ts';
import { appendInventoryChanges } from './product-events.ts';

export interface AdjustInventoryInput {
  variantId: string;
  delta: number;
  reason: StockReason;
  note?: string | null;
  idempotencyKey: string;
}

export interface Adjustment {
  variantId: string;
  movementId: string;
}

const MAX_DELTA = 1_000_000;

/** Puts units into stock or takes them out, with a line in the ledger. */
export async function adjustInventory(
  { transaction, clock, newId }: ProductsDeps,
  actor: Actor,
  input: AdjustInventoryInput,
): Promise<Adjustment> {
  const { variantId, note = null, idempotencyKey: key } = input;
  const delta = checkedDelta(input);
  if (!isIdOf('var', variantId)) throw variantNotFound(['input', 'variantId']);
  return transaction(async ({ idempotency, variants, products, stock, events }) => {
    const variant = await variants.find(variantId);
    const product = variant && (await products.find(variant.productId));
    if (!product || !maySee(actor, product)) throw variantNotFound(['input', 'variantId']);
    assertMayChange(actor, product);
    const request = { scope: `adjustInventory:${actor.userId}`, key, input };
    const { result } = await idempotency.once(request, async () => {
      const now = clock();
      const item = await stock.changeOnHand({ variantId, delta, max: MAX_ON_HAND }, now);
      if (!item) {
        const [present] = await stock.findMany([variantId]);
        if (delta > 0 || !present) throw badInput('That is more than fits.', ['input', 'delta']);
        throw negativeStock(present, Math.max(0, availableOf(present)));
      }
      const movement = {
        id: newId('mov'),
        variantId,
        onHandDelta: delta,
        reservedDelta: 0,
        reason: input.reason,
        orderId: null,
        actorId: actor.userId,
        note,
        occurredAt: now,
      };
      await stock.record([movement]);
      await appendInventoryChanges(events, [
        { item, before: { ...item, onHand: item.onHand - delta } },
      ]);
      return { variantId, movementId: movement.id };
    });
    return result;
  });
}

function checkedDelta({ delta, reason }: AdjustInventoryInput): number {
  checkedWhole(delta, ['input', 'delta'], { min: -MAX_DELTA, max: MAX_DELTA });
  if (delta === 0) throw badInput('Nothing would change.', ['input', 'delta']);
  if (reason === 'RESERVATION' || reason === 'RELEASE') {
    throw badInput('Only orders reserve and release stock.', ['input', 'reason']);
  }
  if (reason === 'SALE' && delta > 0) throw badInput('A sale takes stock out.', ['input', 'delta']);
  if (reason === 'RETURN' && delta < 0) {
    throw badInput('A return puts stock in.', ['input', 'delta']);
  }
  return delta;
}
