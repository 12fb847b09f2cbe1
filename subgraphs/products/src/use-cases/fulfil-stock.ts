import type { NewId } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import {
  type FulfilledLine,
  type Fulfilment,
  increased,
  movesOf,
  newUnitsOf,
  stillReserved,
} from '../domain/fulfilment.ts';
import { inLockOrder, lastOf, type StockItem } from '../domain/stock.ts';
import type { Stores } from '../persistence/stores.ts';
import { appendInventoryChanges } from './product-events.ts';

export interface FulfilmentTotals {
  orderId: string;
  lines: readonly ({ variantId: string } & Fulfilment)[];
}

/**
 * Moves stock according to what happened to an order’s lines. Units leave when they are sent, not when they
 * are paid for: until then they stay in the seller’s stock, reserved. The event contains totals, so each unit
 * moves once, however often and in whatever order events come.
 */
export async function fulfilStock(
  stores: Stores & TransactionTools,
  { orderId, lines: totals }: FulfilmentTotals,
  { now, newId }: { now: Date; newId: NewId },
): Promise<void> {
  const { claims, stock } = stores;
  const state = await claims.lock(orderId);
  // An order is sent only after its stock was reserved here. Without a claim the database is older than that
  // of orders (only it was restored), so the event becomes a dead job, of which operators are notified.
  if (state === null) throw new Error(`FulfilmentChanged for order ${orderId} without a claim.`);
  if (state !== 'RESERVED' && state !== 'SOLD') return;
  const lines = inLockOrder(await claims.linesOf(orderId));
  await stock.lock(lines.map(({ variantId }) => variantId));
  const before = await stock.findMany(lines.map(({ variantId }) => variantId));
  const steps = lines.flatMap((line) => {
    const changed = totals.find(({ variantId }) => variantId === line.variantId);
    const item = before.find(({ variantId }) => variantId === line.variantId);
    return changed && item ? [stepOf(line, item, changed)] : [];
  });
  const moving = steps.filter(({ moves }) => moves.length > 0);
  if (moving.length === 0) return;
  const changed = await stock.move(
    moving.map(({ change }) => change),
    now,
  );
  await claims.saveFulfilment(
    orderId,
    moving.map(({ line }) => line),
  );
  const after = new Map(steps.map(({ line }) => [line.variantId, line]));
  if (
    state !== 'SOLD' &&
    lines.every((line) => stillReserved(after.get(line.variantId) ?? line) === 0)
  ) {
    await claims.settle(orderId, 'SOLD', now);
  }
  const movements = moving.flatMap(({ line: { variantId, sellerOrderId }, moves }) =>
    moves.map((move) => ({
      ...{ id: newId('mov'), variantId, orderId, sellerOrderId, ...move },
      actorId: null,
      note: null,
      occurredAt: now,
    })),
  );
  await stock.record(movements);
  await appendInventoryChanges(
    stores,
    changed.map((item) => ({
      item,
      before: before.find(({ variantId }) => variantId === item.variantId) ?? item,
      movementId: lastOf(movements, item),
    })),
  );
}

function stepOf(line: FulfilledLine, item: StockItem, totals: Fulfilment) {
  const units = newUnitsOf(line, totals);
  const moves = movesOf(units, item);
  const sum = (key: 'onHandDelta' | 'reservedDelta') =>
    moves.reduce((total, move) => total + move[key], 0);
  const { variantId } = line;
  return {
    line: { ...line, ...increased(line, units) },
    moves,
    change: { variantId, onHandDelta: sum('onHandDelta'), reservedDelta: sum('reservedDelta') },
  };
}
