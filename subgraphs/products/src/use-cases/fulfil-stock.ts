import type { NewId } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import {
  added,
  type Fulfilment,
  type FulfilledLine,
  movesOf,
  stillReserved,
  unheardOf,
} from '../domain/fulfilment.ts';
import { inLockOrder, type StockItem } from '../domain/stock.ts';
import type { Stores } from '../persistence/stores.ts';
import { appendInventoryChanges } from './product-events.ts';

export interface ToldFulfilment {
  orderId: string;
  lines: readonly ({ variantId: string } & Fulfilment)[];
}

/**
 * Moves stock by what became of an order’s lines. Units leave when they are sent, not when they are paid
 * for: until then they lie in the seller’s stock, set aside. Totals are told, so each unit moves once,
 * however often and in whichever order that comes.
 */
export async function fulfilStock(
  { claims, stock, events }: Stores & TransactionTools,
  { orderId, lines: told }: ToldFulfilment,
  { now, newId }: { now: Date; newId: NewId },
): Promise<void> {
  const state = await claims.lock(orderId);
  if (state === null) throw new Error(`Orders tell of order ${orderId}, which has no claim here.`);
  if (state !== 'RESERVED' && state !== 'SOLD') return;
  const lines = inLockOrder(await claims.linesOf(orderId));
  await stock.lock(lines.map(({ variantId }) => variantId));
  const before = await stock.findMany(lines.map(({ variantId }) => variantId));
  const steps = lines.flatMap((line) => {
    const telling = told.find(({ variantId }) => variantId === line.variantId);
    const item = before.find(({ variantId }) => variantId === line.variantId);
    return telling && item ? [stepOf(line, item, telling)] : [];
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
  if (steps.every(({ line }) => stillReserved(line) === 0) && steps.length === lines.length) {
    await claims.settle(orderId, 'SOLD', now);
  }
  await stock.record(
    moving.flatMap(({ line: { variantId, sellerOrderId }, moves }) =>
      moves.map((move) => ({
        ...{ id: newId('mov'), variantId, orderId, sellerOrderId, ...move },
        ...{ actorId: null, note: null, occurredAt: now },
      })),
    ),
  );
  await appendInventoryChanges(
    events,
    changed.map((item) => ({
      item,
      before: before.find(({ variantId }) => variantId === item.variantId) ?? item,
    })),
  );
}

function stepOf(line: FulfilledLine, item: StockItem, told: Fulfilment) {
  const news = unheardOf(line, told);
  const moves = movesOf(news, item);
  const sum = (key: 'onHandDelta' | 'reservedDelta') =>
    moves.reduce((total, move) => total + move[key], 0);
  const { variantId } = line;
  return {
    line: { ...line, ...added(line, news) },
    moves,
    change: { variantId, onHandDelta: sum('onHandDelta'), reservedDelta: sum('reservedDelta') },
  };
}
