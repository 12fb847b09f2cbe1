import type { NewId } from '@souk/runtime/domain';
import { orderStream, type TransactionTools } from '@souk/runtime/events';
import { stillReserved } from '../domain/fulfilment.ts';
import {
  type ClaimedLine,
  inLockOrder,
  lastOf,
  type Shortage,
  type StockItem,
  type StockLine,
  type StockMovement,
  type StockReason,
  shortagesOf,
} from '../domain/stock.ts';
import type { Stores } from '../persistence/stores.ts';
import { appendInventoryChanges } from './product-events.ts';

export interface StockRequest {
  orderId: string;
  lines: readonly (StockLine & { sellerOrderId?: string | null })[];
}

interface Given {
  now: Date;
  newId: NewId;
}

/**
 * Reserves every line of an order or none, and announces which. Sellers are locked first, so that nothing of
 * a suspended one is sold from then on; stock is locked in the same order by everybody, so two orders never
 * wait for each other; events are appended when all stock is locked, so transactions that hold the
 * catalogue's stream never wait for stock.
 */
export async function reserveStock(
  stores: Stores & TransactionTools,
  { orderId, lines: asked }: StockRequest,
  { now, newId }: Given,
): Promise<void> {
  const { claims, sellers, stock, events } = stores;
  if ((await claims.open(orderId, 'RESERVED', now)) !== null) return;
  const lines = inLockOrder(
    asked.map(({ variantId, quantity, sellerOrderId = null }) => ({
      variantId,
      quantity,
      sellerOrderId,
    })),
  );
  const variantIds = lines.map(({ variantId }) => variantId);
  await sellers.keepSellersOf(variantIds);
  const items = await stock.lockForSale(variantIds);
  const shortages = shortagesOf(lines, new Map(items.map((item) => [item.variantId, item])));
  if (shortages.length > 0) {
    await claims.settle(orderId, 'REJECTED', now);
    await appendOutcome(events, { orderId, shortages });
    return;
  }
  const reserved = await stock.reserve(lines, now);
  if (reserved.length < lines.length) throw new Error('Stock changed although it was locked.');
  await claims.keepLines(orderId, lines);
  const deltas = new Map(lines.map(({ variantId, quantity }) => [variantId, quantity]));
  const moved = { orderId, lines, reason: 'RESERVATION' as const, deltas, now, newId };
  const movements = movementsOf(reserved, moved);
  await stock.record(movements);
  await appendOutcome(events, {
    orderId,
    lines: lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
  });
  await appendChanges(stores, reserved, deltas, movements);
}

/** Releases what was reserved for an order, once, however often and early it is asked to. */
export async function releaseStock(
  stores: Stores & TransactionTools,
  { orderId }: { orderId: string },
  { now, newId }: Given,
): Promise<void> {
  const { claims, stock } = stores;
  // An order that was cancelled before its placement arrived here must not be reserved later.
  if ((await claims.open(orderId, 'RELEASED', now)) !== 'RESERVED') return;
  const claimed = inLockOrder(await claims.linesOf(orderId));
  const lines = claimed
    .map((line) => ({ ...line, quantity: stillReserved(line) }))
    .filter(({ quantity }) => quantity > 0);
  const released = await stock.release(lines, now);
  await claims.settle(orderId, 'RELEASED', now);
  const deltas = new Map(lines.map(({ variantId, quantity }) => [variantId, -quantity]));
  const moved = { orderId, lines, reason: 'RELEASE' as const, deltas, now, newId };
  const movements = movementsOf(released, moved);
  await stock.record(movements);
  await appendChanges(stores, released, deltas, movements);
}

type Events = TransactionTools['events'];

const appendOutcome = (
  events: Events,
  {
    orderId,
    ...outcome
  }: { orderId: string; lines: StockLine[] } | { orderId: string; shortages: Shortage[] },
) =>
  'lines' in outcome
    ? events.append({
        type: 'products.StockReserved',
        stream: orderStream(orderId),
        payload: { orderId, lines: outcome.lines },
      })
    : events.append({
        type: 'products.StockRejected',
        stream: orderStream(orderId),
        payload: { orderId, shortages: outcome.shortages },
      });

const movementsOf = (
  items: readonly StockItem[],
  moved: {
    orderId: string;
    lines: readonly ClaimedLine[];
    reason: StockReason;
    deltas: ReadonlyMap<string, number>;
    now: Date;
    newId: NewId;
  },
): StockMovement[] =>
  items.map(({ variantId }) => ({
    id: moved.newId('mov'),
    variantId,
    onHandDelta: 0,
    reservedDelta: moved.deltas.get(variantId) ?? 0,
    reason: moved.reason,
    adjustmentReason: null,
    orderId: moved.orderId,
    sellerOrderId: moved.lines.find((line) => line.variantId === variantId)?.sellerOrderId ?? null,
    actorId: null,
    note: null,
    occurredAt: moved.now,
  }));

const appendChanges = (
  stores: Stores & TransactionTools,
  items: readonly StockItem[],
  reservedDeltas: ReadonlyMap<string, number>,
  movements: readonly StockMovement[],
) =>
  appendInventoryChanges(
    stores,
    items.map((item) => {
      const reserved = item.reserved - (reservedDeltas.get(item.variantId) ?? 0);
      return { item, before: { ...item, reserved }, movementId: lastOf(movements, item) };
    }),
  );
