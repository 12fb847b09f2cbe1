import { sellerStream } from '@souk/runtime/events';
import { type DueWork, workThrough } from '@souk/runtime/process';
import { payoutPostings } from '../../domain/ledger/ledger.ts';
import type { Payout } from '../../domain/ledger/payout.ts';
import type { DuePayout } from '../../persistence/payout-store.ts';
import type { OrdersDeps } from '../deps.ts';
import { book } from './book.ts';

/**
 * Pays out to sellers what buyers can no longer reclaim; returns how many it examined. Each is done in a
 * transaction of its own, under the lock of the seller's account, so that two workers pay once. The built-in
 * method moves no money: it records the payout as paid, for a person who transfers it by its statement.
 */
export function payOut(
  deps: OrdersDeps,
  given: Pick<DueWork<never>, 'atOnce' | 'stopping'> = {},
): Promise<number> {
  const { transaction, reads, clock, newId, newOrderNumber } = deps;
  const payOutTo = (of: DuePayout) =>
    transaction(async (stores) => {
      const now = clock();
      // Streams first, then accounts, as everywhere.
      await stores.events.lock([sellerStream(of.sellerId)]);
      const collected = await stores.payouts.collect(of, now);
      const { amountMinor, periodStart } = collected;
      if (amountMinor <= 0 || periodStart === null) return;
      const payout: Payout = {
        ...{ id: newId('pot'), number: `P-${newOrderNumber()}`, ...of },
        status: 'PAID',
        amountMinor,
        failure: null,
        periodStart,
        periodEnd: now,
        nextCallAt: null,
        createdAt: now,
        paidAt: now,
      };
      await stores.payouts.insert(payout, collected, now);
      await book(stores, deps, {
        of: { id: null, currency: of.currency },
        postings: payoutPostings(of.sellerId, amountMinor),
        payoutId: payout.id,
        now,
        availableAt: now,
      });
      await stores.events.append({
        type: 'orders.PayoutChanged',
        stream: sellerStream(of.sellerId),
        payload: { sellerId: of.sellerId, payoutId: payout.id, status: payout.status },
      });
    });
  return workThrough({
    ...given,
    read: (limit, after) => reads.payouts.due(clock(), limit, after),
    work: payOutTo,
    keyOf: ({ sellerId, currency }) => `${sellerId} ${currency}`,
  });
}
