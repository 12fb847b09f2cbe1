import type { Cart } from '../cart/cart.ts';
import { buyableOf, type ShownLine } from '../cart/shown-line.ts';
import type { Quote } from './quote.ts';

/** Something without which a cart cannot be ordered. */
export type CheckoutStep =
  | 'LINES'
  | 'PRICE_CONFIRMATION'
  | 'EMAIL'
  | 'SHIPPING_ADDRESS'
  | 'DELIVERY';

/**
 * What is missing before a cart can be ordered; empty when nothing is. Lines that cannot be bought are no
 * obstacle as long as others can; prices have to be confirmed only when nothing else is missing.
 */
export function missingSteps(
  cart: Pick<Cart, 'ownerId' | 'email' | 'shippingAddress'>,
  lines: readonly ShownLine[],
  quote: Quote,
): CheckoutStep[] {
  const missing: CheckoutStep[] = [];
  if (buyableOf(lines).length === 0) {
    const isDearer = lines.some(({ problem }) => problem === 'PRICE_CHANGED');
    missing.push(isDearer ? 'PRICE_CONFIRMATION' : 'LINES');
  }
  if (cart.ownerId === null && cart.email === null) missing.push('EMAIL');
  if (cart.shippingAddress === null) missing.push('SHIPPING_ADDRESS');
  else if (!quote.isComplete) missing.push('DELIVERY');
  return missing;
}
