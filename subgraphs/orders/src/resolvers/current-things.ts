import type { CurrentThings } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { paymentDeclined } from '../domain/errors.ts';
import { isRetryable, type Payment } from '../domain/payment/payment.ts';
import { visibleOrder } from './visible.ts';
import { visibleCart } from './visible-cart.ts';

/** The order as currently stored. */
export async function orderNow(id: string, context: Context, guestToken?: string | null) {
  context.reload();
  return { order: await visibleOrder({ id, guestToken }, context) };
}

/** The cart as currently stored. */
export async function cartNow(id: string | null | undefined, context: Context) {
  context.reload();
  return { cart: await visibleCart(id, context) };
}

/**
 * An order and its payment as currently stored, for a viewer whom the use case has authorised. A payment that
 * the provider refused is an error besides the result: the order exists, and can be paid.
 */
export async function paidNow(
  { orderId, paymentId }: { orderId: string; paymentId: string | null },
  context: Context,
) {
  context.reload();
  const { loaders } = context;
  const order = await loaders.order.load(orderId);
  const payment = paymentId === null ? null : await loaders.payment.load(paymentId);
  return {
    order,
    payment,
    errors: payment?.status === 'FAILED' ? [declineOf(payment)] : [],
  };
}

/** Why a provider refused, as an error of a payload. */
function declineOf({ failureCode, failureReason }: Payment) {
  const declined = {
    declineCode: failureCode ?? 'declined',
    retryable: isRetryable(failureCode),
  };
  const { code, message } = paymentDeclined({
    ...declined,
    reason: failureReason ?? 'The payment was declined.',
  });
  return { __typename: 'PaymentDeclinedError' as const, code, message, path: null, ...declined };
}

interface OfPart {
  sellerOrderId?: string;
  shipmentId?: string;
  refundId?: string;
  returnId?: string;
}

/** A part and its objects as currently stored, for a viewer whom the use case has authorised. */
export async function partNow(ids: OfPart, context: Context) {
  context.reload();
  const { loaders } = context;
  const { sellerOrderId, shipmentId, refundId, returnId } = ids;
  const refund = refundId === undefined ? null : await loaders.refund.load(refundId);
  return {
    sellerOrder: sellerOrderId === undefined ? null : await loaders.sellerOrder.load(sellerOrderId),
    shipment: shipmentId === undefined ? null : await loaders.shipment.load(shipmentId),
    refund: refund && sellerOrderId !== undefined ? { ...refund, sellerOrderId } : null,
    return: returnId === undefined ? null : await loaders.returnRequest.load(returnId),
  };
}

interface OfCart {
  cartId?: string | null;
}

/** The current state of the cart or order after a conflict. */
export const current: CurrentThings = {
  setCartLines: ({ cartId }: OfCart, context: Context) => cartNow(cartId, context),
  mergeCart: (_, context: Context) => cartNow(null, context),
  updateCheckout: ({ input }: { input: OfCart }, context: Context) =>
    cartNow(input.cartId, context),
  confirmCartPrices: ({ cartId }: OfCart, context: Context) => cartNow(cartId, context),
  placeOrder: ({ input }: { input: OfCart }, context: Context) => cartNow(input.cartId, context),
  payOrder: ({ input }: { input: OfOrder }, context: Context) =>
    orderNow(input.orderId, context, input.guestToken),
  cancelOrder: ({ orderId, guestToken }: OfOrder, context: Context) =>
    orderNow(orderId, context, guestToken),
};

interface OfOrder {
  orderId: string;
  guestToken?: string | null;
}
