import { DomainError, notFound, toldQuantity } from '@souk/runtime/domain';
import type { OrderStatus } from './order-status.ts';

type Path = readonly (string | number)[];

export const orderNotFound = (path?: Path) => notFound('Order', path);
export const variantNotFound = (path?: Path) => notFound('ProductVariant', path);

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
    data: { variantId, maxQuantity: toldQuantity(available) },
  });

const wordsFor = (title: string, available: number) =>
  available > 0 ? tooFewOf(title) : soldOut(title);

export const noLongerOnSale = (title: string) => `${title} is no longer on sale.`;
export const soldOut = (title: string) => `${title} is sold out.`;
export const tooFewOf = (title: string) => `There are fewer of ${title} than that.`;

export const priceChanged = (
  price: { variantId: string; currency: string; expectedMinor: number; actualMinor: number },
  path: Path,
) =>
  new DomainError('PRICE_CHANGED', 'CONFLICT', 'The price has changed; look at it again.', {
    type: 'PriceChangedError',
    path,
    data: price,
  });

export const illegalTransition = (
  from: OrderStatus,
  to: OrderStatus,
  allowed: readonly OrderStatus[],
) =>
  new DomainError('ILLEGAL_TRANSITION', 'CONFLICT', `An order that is ${from} cannot be ${to}.`, {
    type: 'OrderStateError',
    data: { status: from, allowed },
  });
