import type { IdempotentRequest } from '@souk/runtime/persistence';
import { assertMayAskStock, countFutileLines, countUse } from '../count-orders.ts';
import type { OrdersDeps, OrdersTransaction } from '../deps.ts';
import { StockRefusal } from '../stock-refusal.ts';

export interface Placing {
  request: IdempotentRequest;
  /** Whose limits it counts towards; see `limitedAs`. */
  limited: string;
  lineCount: number;
}

/**
 * Places an order once for one key, within its buyer's limits. Its lines are counted before stock is checked,
 * under a lock, so that of many concurrent requests none checks stock uncounted. Lines that were refused for
 * their stock stay counted, so that transaction is committed and its errors are thrown afterwards.
 *
 * @param work checks prices, then calls `assertMayPlace` before it checks stock, and throws `StockRefusal`
 */
export async function placeOnce<Result>(
  { transaction, clock, config }: OrdersDeps,
  { request, limited, lineCount }: Placing,
  work: (stores: OrdersTransaction, assertMayPlace: () => Promise<void>) => Promise<Result>,
): Promise<{ result: Result; replayed: boolean }> {
  const outcome = await transaction(async (stores) => {
    const { idempotency, quotas } = stores;
    const counting = { points: lineCount, config, now: clock() };
    const use = await countFutileLines(quotas, limited, counting);
    try {
      const placed = await idempotency.once(request, () =>
        work(stores, async () => {
          await countUse(quotas, limited, { rule: 'orders', config, now: counting.now });
          assertMayAskStock(use, counting);
        }),
      );
      await quotas.giveBack(limited, 'futile_lines', lineCount);
      return placed;
    } catch (error) {
      if (!(error instanceof StockRefusal)) throw error;
      await quotas.giveBack(limited, 'orders', 1);
      await idempotency.forget(request);
      return error;
    }
  });
  if (outcome instanceof StockRefusal) throw outcome.errors;
  return outcome;
}
