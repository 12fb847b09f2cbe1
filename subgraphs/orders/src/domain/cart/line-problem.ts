import { SHOWN_UP_TO, shownQuantity } from '@souk/runtime/domain';
import type { PricedItem } from '../priced-item.ts';
import { maySell, type Seller } from '../selling/seller.ts';
import type { CartLine } from './cart.ts';

/**
 * Why a line cannot be bought as it is. It stays in the cart, readable, but does not count towards the total.
 */
export type CartLineProblem =
  | 'GONE'
  | 'NOT_FOR_SALE'
  | 'SELLER_SUSPENDED'
  | 'OTHER_CURRENCY'
  | 'OUT_OF_STOCK'
  | 'TOO_MANY'
  | 'TOO_MANY_SELLERS'
  | 'PRICE_CHANGED';

/**
 * What is wrong with a line, the most serious first; null when it can be bought. Whether there are too few is
 * decided only by the stock that every shopper sees: a cart, which costs nothing, must not be a way to find
 * out the exact number.
 */
export function problemOf(
  line: Pick<CartLine, 'quantity' | 'currency' | 'unitPriceMinor'>,
  item: PricedItem | null,
  cartCurrency: string,
  seller?: Pick<Seller, 'status'> | null,
): CartLineProblem | null {
  if (!isOffered(item)) return 'GONE';
  if (item.status !== 'ACTIVE') return 'NOT_FOR_SALE';
  if (seller && !maySell(seller)) return 'SELLER_SUSPENDED';
  if (item.currency !== cartCurrency) return 'OTHER_CURRENCY';
  const shown = shownQuantity(item.available);
  if (shown === 0) return 'OUT_OF_STOCK';
  if (isShort(line.quantity, item)) return 'TOO_MANY';
  // A lower price is simply applied.
  if (line.currency === item.currency && item.priceMinor > line.unitPriceMinor) {
    return 'PRICE_CHANGED';
  }
  return null;
}

/** A draft is its seller's secret: it does not exist for others. */
export const isOffered = (item: PricedItem | null | undefined): item is PricedItem =>
  item != null && item.status !== 'DRAFT' && item.status !== 'REMOVED';

/** True when every shopper can see that there are fewer than that. */
export const isShort = (quantity: number, { available }: Pick<PricedItem, 'available'>): boolean =>
  shownQuantity(available) < Math.min(quantity, SHOWN_UP_TO);
