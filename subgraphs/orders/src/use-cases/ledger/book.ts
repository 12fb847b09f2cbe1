import type { NewId } from '@souk/runtime/domain';
import { DAY_MS } from '@souk/runtime/domain';
import type { OrdersConfig } from '../../config.ts';
import type { LedgerEntry, Posting } from '../../domain/ledger/ledger.ts';
import type { Stores } from '../../persistence/stores.ts';

export interface Movement {
  /** The order that it belongs to, if any. */
  of: { id: string | null; currency: string };
  payoutId?: string;
  postings: readonly Posting[];
  now: Date;
  /** From when on it may be paid out to a seller; by default after the usual delay. */
  availableAt?: Date;
}

/**
 * Books one movement of money for an order; sellers' accounts are locked in the same order everywhere, so
 * that two movements never wait for each other. The database checks at commit that its sides sum to zero.
 */
export async function book(
  { ledger }: Pick<Stores, 'ledger'>,
  { newId, config }: { newId: NewId; config: Pick<OrdersConfig, 'payoutDelayDays'> },
  { of, postings, now, availableAt = afterDelay(now, config), payoutId }: Movement,
): Promise<void> {
  const movementId = newId('led');
  const entries: LedgerEntry[] = [];
  const sorted = [...postings].sort((a, b) => compare(a.sellerId ?? '', b.sellerId ?? ''));
  for (const { sellerId = null, sellerOrderId = null, ...posting } of sorted) {
    if (posting.amountMinor === 0) continue;
    const { currency } = of;
    entries.push({
      ...{ id: newId('led'), movementId, ...posting, sellerId, sellerOrderId, currency },
      balanceAfterMinor:
        sellerId === null ? null : await ledger.move(sellerId, currency, posting.amountMinor),
      orderId: of.id,
      payoutId: payoutId ?? null,
      availableAt: sellerId === null ? null : availableAt,
      occurredAt: now,
    });
  }
  if (entries.length > 0) await ledger.append(entries);
}

const afterDelay = (now: Date, { payoutDelayDays }: Pick<OrdersConfig, 'payoutDelayDays'>): Date =>
  new Date(now.getTime() + payoutDelayDays * DAY_MS);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
