import type { RunTransaction } from '@souk/runtime/events';
import type { Stores } from '../../src/persistence/stores.ts';
import { StockRefusal } from '../../src/use-cases/stock-refusal.ts';

/** The naive way: a refusal undoes its transaction, and with it what was counted. */
export const undoRefused =
  (transaction: RunTransaction<Stores>): RunTransaction<Stores> =>
  (work) =>
    transaction(async (stores) => {
      const outcome = await work(stores);
      if (outcome instanceof StockRefusal) throw outcome;
      return outcome;
    });
