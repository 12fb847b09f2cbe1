import { timesMinor } from '@souk/runtime/domain';
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
import { commissionRateOf, type Seller } from '../../domain/selling/seller.ts';

/** A cart as its owner sees it before it is ordered. */
export interface QuotedCart {
  lines: ShownLine[];
  quote: Quote;
  missing: CheckoutStep[];
}

/** What is known of the goods and the codes in a cart. */
export interface CartKnowledge {
  items: ReadonlyMap<string, PricedItem>;
  discounts: readonly DiscountCode[];
  sellers: ReadonlyMap<string, Seller>;
}

/** Prices a cart by what is known; the same for showing it and for ordering it. */
export function quoteCart(
  cart: Cart,
  { items, discounts, sellers }: CartKnowledge,
  tables: PriceTables,
  now: Date,
): QuotedCart {
  const lines = shownLines(cart, items, sellers);
  const quote = quoteOf(
    {
      currency: cart.currency,
      lines: buyableOf(lines).flatMap(
        (line) => quotable(line, items.get(line.variantId), sellers) ?? [],
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

/** A line as it is ordered: by what the catalogue says now. */
export function quotable(
  { variantId, quantity }: { variantId: string; quantity: number },
  item: PricedItem | undefined,
  sellers: ReadonlyMap<string, Seller>,
): QuotableLine | null {
  if (!item) return null;
  const { productId, sellerId, sku, title, priceMinor, weightGrams } = item;
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
    commissionRate: commissionRateOf(sellers.get(sellerId), item.categoryIds),
  };
}
