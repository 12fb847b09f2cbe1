import { shownQuantity } from '@souk/runtime/domain';
import type { ProductStatus } from './product.ts';
import { availableOf, type StockItem } from './stock.ts';

/** What a shopper sees of a stock instead of how much there is; the best comes first. */
export const AVAILABILITIES = ['IN_STOCK', 'LOW', 'BACKORDER', 'OUT', 'NOT_FOR_SALE'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

type Stock = Pick<StockItem, 'onHand' | 'reserved' | 'policy' | 'lowStockThreshold'>;

export function availabilityOf(stock: Stock, status: ProductStatus): Availability {
  if (status !== 'ACTIVE') return 'NOT_FOR_SALE';
  const available = availableOf(stock);
  if (available <= 0) return stock.policy === 'CONTINUE' ? 'BACKORDER' : 'OUT';
  return available <= (stock.lowStockThreshold ?? 0) ? 'LOW' : 'IN_STOCK';
}

export const canBeBought = (availability: Availability): boolean =>
  availability !== 'OUT' && availability !== 'NOT_FOR_SALE';

/** The best of some; of none, there is nothing for sale. */
export const bestOf = (availabilities: readonly Availability[]): Availability =>
  AVAILABILITIES.find((availability) => availabilities.includes(availability)) ?? 'NOT_FOR_SALE';

/** How many can be ordered for certain, as far as shoppers see. */
export const maxQuantityOf = (stock: Stock, status: ProductStatus): number =>
  status === 'ACTIVE' ? shownQuantity(stock.policy === 'CONTINUE' ? null : availableOf(stock)) : 0;
