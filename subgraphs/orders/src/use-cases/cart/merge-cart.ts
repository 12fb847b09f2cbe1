import { isIdOf, type Viewer } from '@souk/runtime/domain';
import { MAX_CART_LINES } from '../../domain/cart/cart.ts';
import { leftOutNotices, mergedLines } from '../../domain/cart/merge-carts.ts';
import { withCodes } from '../../domain/checkout/discount.ts';
import { cartNotFound } from '../../domain/errors.ts';
import type { OrdersDeps } from '../deps.ts';
import { lockOwnCart } from './cart-of.ts';
import { saveCart } from './change-cart.ts';

/** What is left of a guest's cart after a merge: nothing that they entered. */
const NOTHING = {
  lines: [],
  notices: [],
  email: null,
  shippingAddress: null,
  billingAddress: null,
  note: null,
  discountCodes: [],
  deliveries: {},
};

/**
 * Moves what somebody chose as a guest into their own cart. Repeating it changes nothing: the guest's cart
 * remembers where it went, and is not merged a second time.
 */
export async function mergeCart(
  { transaction, clock, config }: OrdersDeps,
  { userId }: Viewer,
  { guestCartId }: { guestCartId: string },
): Promise<{ cartId: string }> {
  return transaction(async (stores) => {
    const { carts } = stores;
    const guest = isIdOf('crt', guestCartId) ? await carts.lock(guestCartId) : null;
    if (!guest || guest.ownerId !== null) throw cartNotFound(['guestCartId']);
    const now = clock();
    const own = await lockOwnCart(stores, userId, guest.currency ?? config.defaultCurrency, now);
    if (guest.mergedInto === own.id) return { cartId: own.id };
    if (guest.mergedInto !== null) throw cartNotFound(['guestCartId']);
    const { lines, notices } = mergedLines(own, guest);
    const { codes, leftOut } = withCodes(own.discountCodes, guest.discountCodes);
    await saveCart(stores, guest, { ...NOTHING, mergedInto: own.id }, now);
    const { email, shippingAddress, billingAddress, note } = guest;
    await saveCart(
      stores,
      own,
      {
        lines,
        currency: own.lines.length === 0 ? guest.currency : own.currency,
        notices: [...own.notices, ...notices, ...leftOutNotices(leftOut)].slice(-MAX_CART_LINES),
        email: own.email ?? email,
        shippingAddress: own.shippingAddress ?? shippingAddress,
        billingAddress: own.billingAddress ?? billingAddress,
        note: own.note ?? note,
        discountCodes: codes,
        deliveries: { ...guest.deliveries, ...own.deliveries },
      },
      now,
    );
    return { cartId: own.id };
  });
}
