import { shownQuantity } from '@souk/runtime/domain';
import type { Product } from './product.ts';
import { maySell, type Seller } from './seller.ts';
import { availableOf, type StockItem } from './stock.ts';

/** What a shopper sees of a stock instead of its quantity; the best comes first. */
export const AVAILABILITIES = ['IN_STOCK', 'LOW', 'BACKORDER', 'OUT', 'NOT_FOR_SALE'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

type Stock = Pick<StockItem, 'onHand' | 'reserved' | 'policy' | 'lowStockThreshold'>;

/** Whether a product can be sold at all now: it is on sale, and its seller is active. */
export const isForSale = (
  { status }: Pick<Product, 'status'>,
  seller: Pick<Seller, 'status'> | null | undefined,
): boolean => status === 'ACTIVE' && seller != null && maySell(seller);

export function availabilityOf(stock: Stock, forSale: boolean): Availability {
  if (!forSale) return 'NOT_FOR_SALE';
  const available = availableOf(stock);
  if (available <= 0) return stock.policy === 'CONTINUE' ? 'BACKORDER' : 'OUT';
  return available <= (stock.lowStockThreshold ?? 0) ? 'LOW' : 'IN_STOCK';
}

export const canBeBought = (availability: Availability): boolean =>
  availability !== 'OUT' && availability !== 'NOT_FOR_SALE';

/** The best of several; of none, nothing is for sale. */
export const bestOf = (availabilities: readonly Availability[]): Availability =>
  AVAILABILITIES.find((availability) => availabilities.includes(availability)) ?? 'NOT_FOR_SALE';

/** How many can certainly be ordered, as far as shoppers see. */
export const maxQuantityOf = (stock: Stock, forSale: boolean): number =>
  forSale ? shownQuantity(stock.policy === 'CONTINUE' ? null : availableOf(stock)) : 0;
