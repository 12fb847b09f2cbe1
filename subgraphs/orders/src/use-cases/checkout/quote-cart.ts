import { serviceUnavailable, timesMinor } from '@souk/runtime/domain';
import type { Cart } from '../../domain/cart/cart.ts';
import { buyableOf, type ShownLine, shownLines } from '../../domain/cart/shown-line.ts';
import { type CheckoutStep, missingSteps } from '../../domain/checkout/checkout-step.ts';
import type { DiscountCode } from '../../domain/checkout/discount.ts';
import {
  type PriceTables,
  type QuotableLine,
  type Quote,
  quoteOf,
} from '../../domain/checkout/quote.ts';
import type { PricedItem } from '../../domain/priced-item.ts';
import { type CategoryTree, commissionRateOf } from '../../domain/selling/commission.ts';
import type { Seller } from '../../domain/selling/seller.ts';

/** A cart as its owner sees it before it is ordered. */
export interface QuotedCart {
  lines: ShownLine[];
  quote: Quote;
  missing: CheckoutStep[];
}

/** What is known of the goods and the codes in a cart. */
export interface CartKnowledge extends SaleKnowledge {
  items: ReadonlyMap<string, PricedItem>;
  discounts: readonly DiscountCode[];
}

/** What is known of the sellers, which determines the commission on a sale. */
export interface SaleKnowledge {
  sellers: ReadonlyMap<string, Seller>;
  tree: CategoryTree;
}

/** Prices a cart by what is known; the same for showing it and for ordering it. */
export function quoteCart(
  cart: Cart,
  { items, discounts, sellers, tree }: CartKnowledge,
  tables: PriceTables,
  now: Date,
): QuotedCart {
  const lines = shownLines(cart, items, sellers);
  const quote = quoteOf(
    {
      currency: cart.currency,
      lines: buyableOf(lines).flatMap(
        (line) => quotable(line, items.get(line.variantId), { sellers, tree }) ?? [],
      ),
      country: cart.shippingAddress?.country ?? null,
      discounts,
      deliveries: cart.deliveries,
    },
    tables,
    now,
  );
  return { lines, quote, missing: missingSteps(cart, lines, quote) };
}

/** A line as it is ordered: as the catalogue currently has it. */
export function quotable(
  { variantId, quantity }: { variantId: string; quantity: number },
  item: PricedItem | undefined,
  { sellers, tree }: SaleKnowledge,
): QuotableLine | null {
  if (!item) return null;
  const { productId, sellerId, sku, title, priceMinor, weightGrams } = item;
  const seller = sellers.get(sellerId);
  return {
    variantId,
    productId,
    sellerId,
    sku,
    title,
    quantity,
    weightGrams,
    unitPriceMinor: priceMinor,
    totalMinor: timesMinor(priceMinor, quantity),
    commissionRate: seller ? commissionRateOf(seller, item.categoryIds, tree) : 0,
  };
}

/**
 * Refuses to sell for an unknown seller, since the commission could only be made up. Sellers are announced
 * before their products, so they are known a moment later.
 */
export function assertSellersKnown(
  { parts }: Pick<Quote, 'parts'>,
  { sellers }: Pick<SaleKnowledge, 'sellers'>,
): void {
  if (!parts.every(({ sellerId }) => sellers.has(sellerId))) throw serviceUnavailable();
}
