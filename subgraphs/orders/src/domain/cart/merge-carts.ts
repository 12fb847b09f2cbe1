import { cartFull } from '../errors.ts';
import { MAX_QUANTITY } from '../requested-lines.ts';
import { type Cart, type CartLine, type CartNotice, MAX_CART_LINES } from './cart.ts';

/**
 * What a person's cart is once a guest's went into it: every line of both, those of one variant added
 * up, and a notice for every line that is not as it was. A cart that would have too many lines is not
 * merged at all: nothing is ever left behind.
 */
export function mergedLines(
  own: Pick<Cart, 'id' | 'lines'>,
  guest: Pick<Cart, 'lines'>,
): { lines: CartLine[]; notices: CartNotice[] } {
  const lines = new Map(own.lines.map((line) => [line.variantId, line]));
  const notices: CartNotice[] = [];
  for (const line of guest.lines) {
    const { variantId, title } = line;
    const known = lines.get(variantId);
    if (!known) {
      lines.set(variantId, { ...line, cartId: own.id });
      notices.push({ kind: 'LINE_ADDED', variantId, message: `${title} was added.` });
      continue;
    }
    const sum = known.quantity + line.quantity;
    const quantity = Math.min(MAX_QUANTITY, sum);
    lines.set(variantId, { ...known, quantity });
    notices.push(
      quantity < sum
        ? {
            kind: 'QUANTITY_CAPPED',
            variantId,
            message: `${title}: ${sum} would be too many; there are ${quantity} now.`,
          }
        : {
            kind: 'QUANTITY_RAISED',
            variantId,
            message: `${title}: there are ${quantity} now instead of ${known.quantity}.`,
          },
    );
  }
  if (lines.size > MAX_CART_LINES) throw cartFull(MAX_CART_LINES, ['guestCartId']);
  return { lines: [...lines.values()], notices };
}
