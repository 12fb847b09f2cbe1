import { checkEach, type FormLookups, isFresh, isIdOf } from '@souk/runtime/domain';
import { A_FEW_LOOKS, lookUntil } from '@souk/runtime/events';
import type { Context } from '../context.ts';
import type { CartLineInput } from '../domain/cart/set-lines.ts';
import {
  cartNotFound,
  orderNotFound,
  paymentNotFound,
  returnNotFound,
  sellerOrderNotFound,
  shipmentNotFound,
  variantNotFound,
} from '../domain/errors.ts';
import { mayCancelAsStaff } from '../domain/permissions.ts';
import { MAX_LINES } from '../domain/requested-lines.ts';
import type { BuyNowInput } from '../use-cases/buy-now.ts';
import type { CancelOrderInput } from '../use-cases/cancel-order.ts';
import type { SetCartLinesInput } from '../use-cases/cart/set-cart-lines.ts';
import type { PlaceOrderInput } from '../use-cases/checkout/place-order.ts';
import { isBuyer } from '../use-cases/guest-access.ts';
import type { CompletePaymentInput } from '../use-cases/payment/complete-payment.ts';
import type { PayOrderInput } from '../use-cases/payment/pay-order.ts';
import { visibleOrder, visibleSellerOrder } from './visible.ts';
import { visibleCart } from './visible-cart.ts';

/** What else is wrong in a form with mistakes: ids of objects that the viewer does not see. */
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
  fulfilOrder: ({ input }: { input: OfPart }, context: Context) => [
    assertPart(input.sellerOrderId, context),
  ],
  refundOrder: ({ input }: { input: OfPart }, context: Context) => [
    assertPart(input.sellerOrderId, context),
  ],
  requestReturn: ({ input }: { input: OfPart }, context: Context) => [
    assertPart(input.sellerOrderId, context, input.guestToken),
  ],
  updateShipment: ({ shipmentId }: { shipmentId: string }, context: Context) => [
    assertShipment(shipmentId, context),
  ],
  decideReturn: ({ returnId }: { returnId: string }, context: Context) => [
    assertReturn(returnId, context),
  ],
  receiveReturn: ({ returnId }: { returnId: string }, context: Context) => [
    assertReturn(returnId, context),
  ],
  cancelReturn: (
    { returnId, guestToken }: { returnId: string; guestToken?: string | null },
    context: Context,
  ) => [assertReturn(returnId, context, guestToken)],
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

/** Removed lines of a cart need not refer to anything that exists. */
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
  // News of a recently created one may be on its way; but the use case has waited for them, or something else
  // is wrong.
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

interface OfPart {
  sellerOrderId: string;
  guestToken?: string | null;
}

/**
 * Anybody who sees a part may be told what else is wrong; whether they may change it is checked afterwards.
 */
async function assertPart(id: string, context: Context, guestToken?: string | null): Promise<void> {
  if (!(await seesPart(id, context, guestToken))) {
    throw sellerOrderNotFound(['input', 'sellerOrderId']);
  }
}

async function assertShipment(id: string, context: Context): Promise<void> {
  const [shipment] = isIdOf('shp', id) ? await context.stores.shipments.findMany([id]) : [];
  if (!shipment || !(await seesPart(shipment.sellerOrderId, context))) {
    throw shipmentNotFound(['shipmentId']);
  }
}

async function assertReturn(
  id: string,
  context: Context,
  guestToken?: string | null,
): Promise<void> {
  const [found] = isIdOf('ret', id) ? await context.stores.returns.findMany([id]) : [];
  if (!found || !(await seesPart(found.sellerOrderId, context, guestToken))) {
    throw returnNotFound(['returnId']);
  }
}

async function seesPart(
  id: string,
  context: Context,
  guestToken?: string | null,
): Promise<boolean> {
  if (await visibleSellerOrder({ id }, context)) return true;
  const [part] = isIdOf('sor', id) ? await context.stores.sellerOrders.findMany([id]) : [];
  return (
    part !== undefined && (await visibleOrder({ id: part.orderId, guestToken }, context)) !== null
  );
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
