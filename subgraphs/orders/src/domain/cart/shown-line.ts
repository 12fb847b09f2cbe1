import { shownQuantity } from '@souk/runtime/domain';
import { MAX_SELLERS, MAX_SUBTOTAL_MINOR } from '../order-limits.ts';
import type { PricedItem } from '../priced-item.ts';
import type { Seller } from '../selling/seller.ts';
import type { Cart, CartLine } from './cart.ts';
import { type CartLineProblem, isOffered, problemOf } from './line-problem.ts';

/** A line, with what our copy of the catalogue says about it at this moment. */
export interface ShownLine extends CartLine {
  problem: CartLineProblem | null;
  /** Null when our copy does not have the variant. */
  sellerId: string | null;
  maxQuantity: number;
  /** The current unit price; for a variant that is gone, the former one. */
  priceMinor: number;
  priceCurrency: string;
  /** The unit price when its owner agreed to it, if that was different. */
  previousMinor: number | null;
}

/**
 * The lines as their owner sees them, at the prices that are charged. Lines with which the goods would exceed
 * the maximum of an order are over the limit, and so are those of too many sellers: they can be ordered next.
 */
export const shownLines = (
  { currency, lines }: Pick<Cart, 'currency' | 'lines'>,
  items: ReadonlyMap<string, PricedItem>,
  sellers: ReadonlyMap<string, Pick<Seller, 'status'>>,
): ShownLine[] => {
  let subtotalMinor = 0;
  const sellerIds = new Set<string | null>();
  return lines.map((line) => {
    const item = items.get(line.variantId) ?? null;
    const shown = shownLine(line, item, currency, item && sellers.get(item.sellerId));
    if (shown.problem !== null) return shown;
    const withIt = subtotalMinor + shown.priceMinor * shown.quantity;
    if (withIt > MAX_SUBTOTAL_MINOR) return { ...shown, problem: 'TOO_MANY' };
    if (sellerIds.size >= MAX_SELLERS && !sellerIds.has(shown.sellerId)) {
      return { ...shown, problem: 'TOO_MANY_SELLERS' };
    }
    sellerIds.add(shown.sellerId);
    subtotalMinor = withIt;
    return shown;
  });
};

function shownLine(
  line: CartLine,
  item: PricedItem | null,
  cartCurrency: string,
  seller?: Pick<Seller, 'status'> | null,
): ShownLine {
  const problem = problemOf(line, item, cartCurrency, seller);
  if (!isOffered(item)) {
    return {
      ...line,
      problem,
      sellerId: null,
      maxQuantity: 0,
      previousMinor: null,
      priceMinor: line.unitPriceMinor,
      priceCurrency: line.currency,
    };
  }
  const isSame = item.currency === line.currency && item.priceMinor === line.unitPriceMinor;
  return {
    ...line,
    problem,
    title: item.title,
    sellerId: item.sellerId,
    maxQuantity: item.status === 'ACTIVE' ? shownQuantity(item.available) : 0,
    priceMinor: item.priceMinor,
    priceCurrency: item.currency,
    previousMinor: isSame ? null : line.unitPriceMinor,
  };
}

export const buyableOf = <Line extends Pick<ShownLine, 'problem'>>(
  lines: readonly Line[],
): Line[] => lines.filter(({ problem }) => problem === null);

export const itemCountOf = (lines: readonly Pick<CartLine, 'quantity'>[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);
