import { badInput, DomainError, type Money, notFound, shownQuantity } from '@souk/runtime/domain';
import type { CheckoutStep } from './checkout/checkout-step.ts';
import type { OrderStatus } from './order-status.ts';
import { noLongerOnSale, soldOut, tooFewOf } from './shortage.ts';

type Path = readonly (string | number)[];

/** The same for a wrong code, one that was used or has expired, and one of no order. */
export const guestCodeInvalid = (path: Path) =>
  new DomainError(
    'CODE_INVALID',
    'INVALID',
    'This code is wrong or no longer valid; ask for another.',
    { path },
  );

export const orderNotFound = (path?: Path) => notFound('Order', path);
export const variantNotFound = (path?: Path) => notFound('ProductVariant', path);

export const cartNotFound = (path?: Path) => notFound('Cart', path);

export const cartFull = (limit: number, path: Path) =>
  new DomainError('CART_FULL', 'CONFLICT', `A cart can have at most ${limit} lines.`, { path });

/** Somebody, perhaps in another tab, has changed the cart since it was read. */
export const cartChanged = (currentVersion: number, path: Path) =>
  new DomainError('CART_CHANGED', 'CONFLICT', 'The cart has changed; check it again.', {
    type: 'CartChangedError',
    path,
    data: { currentVersion },
  });

export const notOnSale = (title: string, path: Path) =>
  new DomainError('VARIANT_NOT_ON_SALE', 'CONFLICT', noLongerOnSale(title), { path });

/** Says that there are too few, and nothing about their number beyond what every shopper sees. */
export const insufficientStock = (
  { variantId, title, available }: { variantId: string; title: string; available: number },
  path: Path,
) =>
  new DomainError('INSUFFICIENT_STOCK', 'CONFLICT', wordsFor(title, available), {
    type: 'InsufficientStockError',
    path,
    data: { variantId, maxQuantity: shownQuantity(available) },
  });

const wordsFor = (title: string, available: number) =>
  available > 0 ? tooFewOf(title) : soldOut(title);

export const priceChanged = (
  price: { variantId: string; expected: Money; actual: Money },
  path: Path,
) =>
  new DomainError('PRICE_CHANGED', 'CONFLICT', 'The price has changed; check it again.', {
    type: 'PriceChangedError',
    path,
    data: price,
  });

export const totalChanged = (total: { expected: Money; actual: Money }, path: Path) =>
  new DomainError('TOTAL_CHANGED', 'CONFLICT', 'The total has changed; check it again.', {
    type: 'TotalChangedError',
    path,
    data: total,
  });

/** What is missing before a cart can be ordered. */
export const checkoutIncomplete = (missing: readonly CheckoutStep[]) =>
  new DomainError(
    'CHECKOUT_INCOMPLETE',
    'CONFLICT',
    `Before this can be ordered: ${missing.map((step) => NEEDS[step]).join('; ')}.`,
    { type: 'CheckoutIncompleteError', path: ['input', 'cartId'], data: { missing } },
  );

const NEEDS: Readonly<Record<CheckoutStep, string>> = {
  LINES: 'add something that can be bought',
  PRICE_CONFIRMATION: 'confirm the new prices',
  EMAIL: 'give an email address',
  SHIPPING_ADDRESS: 'give a delivery address',
  DELIVERY: 'choose a delivery option',
};

export const discountRefused = (discountCode: string, reason: string, path: Path) =>
  new DomainError('DISCOUNT_REFUSED', 'CONFLICT', reason, {
    type: 'DiscountCodeError',
    path,
    data: { discountCode },
  });

export const discountCodeTaken = (code: string) =>
  new DomainError('DISCOUNT_CODE_TAKEN', 'CONFLICT', `The code ${code} already exists.`, {
    path: ['input', 'code'],
  });

export const unknownDelivery = (path: Path) =>
  badInput('None of the sellers offers this delivery option for the cart.', path);

export const notDelivered = (path: Path) =>
  new DomainError('NOT_DELIVERED', 'CONFLICT', 'This cannot be shipped to that country.', { path });

export const unknownPaymentMethod = (path: Path) =>
  badInput('This payment method is not available.', path);

/** The provider took no money; `retryable` says whether the same method may work another time. */
export const paymentDeclined = (declined: {
  declineCode: string;
  reason: string;
  retryable: boolean;
}) => {
  const { declineCode, reason, retryable } = declined;
  return new DomainError('PAYMENT_DECLINED', 'CONFLICT', reason, {
    type: 'PaymentDeclinedError',
    data: { declineCode, retryable },
  });
};

/** The provider may be taking the money at this moment: a second payment might be taken as well. */
export const paymentInProgress = (path: Path) =>
  new DomainError('PAYMENT_IN_PROGRESS', 'CONFLICT', 'A payment of this order is in progress.', {
    path,
  });

export const tooManyPayments = (path: Path) =>
  new DomainError(
    'TOO_MANY_PAYMENTS',
    'CONFLICT',
    'There were too many attempts to pay this order.',
    {
      path,
    },
  );

export const sellerOrderNotFound = (path?: Path) => notFound('SellerOrder', path);
export const shipmentNotFound = (path?: Path) => notFound('Shipment', path);
export const returnNotFound = (path?: Path) => notFound('Return', path);
export const snapshotNotFound = (path?: Path) => notFound('OrderSnapshot', path);

/** For a viewer who sees it, like its buyer, but does not work for the seller. */
export const notTheSeller = (path?: Path) =>
  new DomainError(
    'NOT_THE_SELLER',
    'FORBIDDEN',
    'Only people who work for the seller may do this.',
    path ? { path } : {},
  );

/** A part whose state does not allow this. */
export const partNotReady = (message: string, path: Path) =>
  new DomainError('SELLER_ORDER_STATE', 'CONFLICT', message, { path });

export const notBought = (path: Path) =>
  new DomainError('ORDER_NOT_PAID', 'CONFLICT', 'It has not been paid.', { path });

export const returnNotReady = (status: string, path: Path) =>
  new DomainError('RETURN_STATE', 'CONFLICT', `This return is ${status.toLowerCase()}.`, { path });

export const refundTooHigh = (refundable: Money, path: Path) =>
  new DomainError('REFUND_TOO_HIGH', 'CONFLICT', 'That is more than can be refunded.', {
    type: 'RefundTooHighError',
    path,
    data: { refundable },
  });

export const paymentNotFound = (path?: Path) => notFound('Payment', path);

export const illegalTransition = (
  from: OrderStatus,
  to: OrderStatus,
  allowed: readonly OrderStatus[],
) =>
  new DomainError('ILLEGAL_TRANSITION', 'CONFLICT', `This order ${IS[from]}; ${NOT[to]}.`, {
    type: 'OrderStateError',
    data: { status: from, allowed },
  });

/** The text for an order in each state. */
const IS: Readonly<Record<OrderStatus, string>> = {
  PENDING: 'is waiting for its stock',
  RESERVED: 'is waiting to be paid',
  PAID: 'is paid',
  COMPLETED: 'is completed',
  CANCELLED: 'was cancelled',
  REJECTED: 'was rejected',
};

/** The action that is not possible, by the state it would lead to. */
const NOT: Readonly<Record<OrderStatus, string>> = {
  PENDING: 'it cannot be placed again',
  RESERVED: 'its stock cannot be reserved',
  PAID: 'it cannot be paid',
  COMPLETED: 'it cannot be completed',
  CANCELLED: 'it can no longer be cancelled',
  REJECTED: 'it cannot be rejected',
};
