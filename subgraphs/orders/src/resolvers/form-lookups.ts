import { checkEach, type FormLookups, isFresh, isIdOf } from '@souk/runtime/domain';
import { A_FEW_LOOKS, lookUntil } from '@souk/runtime/events';
import type { Context } from '../context.ts';
import type { CartLineInput } from '../domain/cart/set-lines.ts';
import { cartNotFound, orderNotFound, paymentNotFound, variantNotFound } from '../domain/errors.ts';
import { mayCancelAsStaff } from '../domain/permissions.ts';
import { MAX_LINES } from '../domain/requested-lines.ts';
import type { BuyNowInput } from '../use-cases/buy-now.ts';
import type { CancelOrderInput } from '../use-cases/cancel-order.ts';
import type { SetCartLinesInput } from '../use-cases/cart/set-cart-lines.ts';
import type { PlaceOrderInput } from '../use-cases/checkout/place-order.ts';
import { isBuyer } from '../use-cases/guest-access.ts';
import type { CompletePaymentInput } from '../use-cases/payment/complete-payment.ts';
import type { PayOrderInput } from '../use-cases/payment/pay-order.ts';
import { visibleCart } from './visible-cart.ts';

/** What of a form with mistakes is wrong besides: ids of nothing that the viewer sees. */
export const lookups: FormLookups = {
  createCart: ({ lines }: { lines?: readonly CartLineInput[] | null }, context: Context) => [
    assertKnownVariants(putIn(lines ?? []), context, ['lines']),
  ],
  setCartLines: ({ cartId, lines }: SetCartLinesInput, context: Context) => [
    assertUsableCart(cartId, context),
    assertKnownVariants(putIn(lines), context, ['lines']),
  ],
  updateCheckout: ({ input }: { input: { cartId?: string | null } }, context: Context) => [
    assertUsableCart(input.cartId, context, ['input', 'cartId']),
  ],
  confirmCartPrices: ({ cartId }: { cartId?: string | null }, context: Context) => [
    assertUsableCart(cartId, context),
  ],
  placeOrder: ({ input }: { input: PlaceOrderInput }, context: Context) => [
    assertUsableCart(input.cartId, context, ['input', 'cartId']),
  ],
  payOrder: ({ input }: { input: PayOrderInput }, context: Context) => [
    assertOwnOrder(input, context, ['input', 'orderId']),
  ],
  completePayment: (input: CompletePaymentInput, context: Context) => [
    assertOwnPayment(input, context),
  ],
  buyNow: ({ input }: { input: BuyNowInput }, context: Context) => [
    assertKnownVariants(input.lines, context, ['input', 'lines']),
  ],
  cancelOrder: (input: CancelOrderInput, context: Context) => [
    assertOwnOrder(input, context, ['orderId'], mayCancelAsStaff(context.viewer)),
  ],
};

type Line = { readonly variantId: string } | null;

/** Lines of a cart that are taken out need not name anything that is there. */
const putIn = (lines: readonly CartLineInput[]): Line[] =>
  lines.map((line) => (line.quantity === 0 ? null : line));

async function assertKnownVariants(
  lines: readonly Line[],
  { stores, services }: Context,
  path: readonly string[],
): Promise<void> {
  if (lines.length > MAX_LINES) return;
  const wanted = new Set(lines.flatMap((line) => line?.variantId ?? []));
  const ids = [...wanted].filter((id) => isIdOf('var', id));
  // News of a fresh one may be on its way; but the use case has waited for them, or something else is wrong.
  const known = await lookUntil(
    async () => {
      const items = await stores.pricedItems.findMany(ids);
      return new Set(items.flatMap((item) => (item.status === 'DRAFT' ? [] : item.variantId)));
    },
    (found) => ids.every((id) => found.has(id) || !isFresh(id, services.clock())),
    A_FEW_LOOKS,
  );
  checkEach(lines, (line, index) => {
    if (line && !known.has(line.variantId)) throw variantNotFound([...path, index, 'variantId']);
  });
}

async function assertUsableCart(
  id: string | null | undefined,
  context: Context,
  path: readonly string[] = ['cartId'],
): Promise<void> {
  if (id != null && !(await visibleCart(id, context))) throw cartNotFound(path);
}

async function assertOwnPayment(
  { paymentId, guestToken }: CompletePaymentInput,
  { stores, viewer, services }: Context,
): Promise<void> {
  const [payment] = isIdOf('pay', paymentId) ? await stores.payments.findMany([paymentId]) : [];
  const [order] = payment ? await stores.orders.findMany([payment.orderId]) : [];
  const isTheirs =
    order && (await isBuyer(stores, { viewer, guestToken }, order, services.clock()));
  if (!isTheirs) throw paymentNotFound(['paymentId']);
}

async function assertOwnOrder(
  { orderId, guestToken }: { orderId: string; guestToken?: string | null },
  { stores, viewer, services }: Context,
  path: readonly string[],
  isStaff = false,
): Promise<void> {
  const [order] = isIdOf('ord', orderId) ? await stores.orders.findMany([orderId]) : [];
  const isTheirs =
    order && (isStaff || (await isBuyer(stores, { viewer, guestToken }, order, services.clock())));
  if (!isTheirs) throw orderNotFound(path);
}
