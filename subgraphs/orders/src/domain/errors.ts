import { DomainError, type Money, notFound, shownQuantity } from '@souk/runtime/domain';
import type { OrderStatus } from './order-status.ts';

type Path = readonly (string | number)[];

export const orderNotFound = (path?: Path) => notFound('Order', path);
export const variantNotFound = (path?: Path) => notFound('ProductVariant', path);

export const cartNotFound = (path?: Path) => notFound('Cart', path);

export const cartFull = (limit: number, path: Path) =>
  new DomainError('CART_FULL', 'CONFLICT', `A cart has at most ${limit} lines.`, { path });

/** Somebody, perhaps in another tab, changed the cart since it was read. */
export const cartChanged = (currentVersion: number, path: Path) =>
  new DomainError('CART_CHANGED', 'CONFLICT', 'The cart has changed; look at it again.', {
    type: 'CartChangedError',
    path,
    data: { currentVersion },
  });

export const notOnSale = (title: string, path: Path) =>
  new DomainError('VARIANT_NOT_ON_SALE', 'CONFLICT', noLongerOnSale(title), { path });

/** Tells that there are too few, and no more than every shopper sees of how many there are. */
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

export const noLongerOnSale = (title: string) => `${title} is no longer on sale.`;
export const soldOut = (title: string) => `${title} is sold out.`;
export const tooFewOf = (title: string) => `There are fewer of ${title} than that.`;

export const priceChanged = (
  price: { variantId: string; expected: Money; actual: Money },
  path: Path,
) =>
  new DomainError('PRICE_CHANGED', 'CONFLICT', 'The price has changed; look at it again.', {
    type: 'PriceChangedError',
    path,
    data: price,
  });

export const totalChanged = (total: { expected: Money; actual: Money }, path: Path) =>
  new DomainError(
    'TOTAL_CHANGED',
    'CONFLICT',
    'The order costs something else; look at it again.',
    {
      type: 'TotalChangedError',
      path,
      data: total,
    },
  );

export const illegalTransition = (
  from: OrderStatus,
  to: OrderStatus,
  allowed: readonly OrderStatus[],
) =>
  new DomainError('ILLEGAL_TRANSITION', 'CONFLICT', `This order ${IS[from]}; ${NOT[to]}.`, {
    type: 'OrderStateError',
    data: { status: from, allowed },
  });

/** What is said of an order in each state. */
const IS: Readonly<Record<OrderStatus, string>> = {
  PENDING: 'is waiting for its stock',
  RESERVED: 'is waiting to be paid',
  PAID: 'is paid',
  FULFILLING: 'is being packed',
  SHIPPED: 'is on its way',
  DELIVERED: 'has arrived',
  CANCELLED: 'was called off',
  REJECTED: 'was rejected',
  REFUNDED: 'was paid back',
};

/** What cannot be done with it, by the state it would come to. */
const NOT: Readonly<Record<OrderStatus, string>> = {
  PENDING: 'it cannot be placed again',
  RESERVED: 'its stock cannot be set aside',
  PAID: 'it cannot be paid',
  FULFILLING: 'it cannot be packed',
  SHIPPED: 'it cannot be sent',
  DELIVERED: 'it cannot arrive',
  CANCELLED: 'it cannot be called off any more',
  REJECTED: 'it cannot be rejected',
  REFUNDED: 'it cannot be paid back',
};
