import { cartFull } from '../errors.ts';
import { MAX_QUANTITY } from '../requested-lines.ts';
import {
  type Cart,
  type CartLine,
  type CartNotice,
  type CartNoticeKind,
  MAX_CART_LINES,
} from './cart.ts';

/**
 * A person's cart after a guest's was merged into it: every line of both, with quantities of the same variant
 * added, and a notice for every line that has changed. If there would be too many lines, the carts are not
 * merged at all: nothing is ever lost.
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
    const previousQuantity = known?.quantity ?? 0;
    const wantedQuantity = previousQuantity + line.quantity;
    const quantity = Math.min(MAX_QUANTITY, wantedQuantity);
    lines.set(variantId, known ? { ...known, quantity } : { ...line, cartId: own.id });
    const kind = known ? raisedTo(quantity, wantedQuantity) : 'LINE_ADDED';
    notices.push({ kind, variantId, title, quantity, previousQuantity, wantedQuantity });
  }
  if (lines.size > MAX_CART_LINES) throw cartFull(MAX_CART_LINES, ['guestCartId']);
  return { lines: [...lines.values()], notices };
}

/** Names the codes for which a merged cart has no room. */
export const leftOutNotices = (codes: readonly string[]): CartNotice[] =>
  codes.map((title) => ({
    kind: 'CODE_LEFT_OUT',
    variantId: null,
    title,
    quantity: 0,
    previousQuantity: 0,
    wantedQuantity: 0,
  }));

const raisedTo = (quantity: number, wanted: number): CartNoticeKind =>
  quantity < wanted ? 'QUANTITY_CAPPED' : 'QUANTITY_RAISED';
