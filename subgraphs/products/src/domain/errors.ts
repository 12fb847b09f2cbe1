import { badInput, DomainError, notFound } from '@souk/runtime/domain';
import type { ProductStatus } from './product.ts';
import type { SellerStatus } from './seller.ts';

export { idempotencyKeyReused, unauthenticated, versionConflict } from '@souk/runtime/domain';

type Path = readonly (string | number)[];

export const productNotFound = (path?: Path) => notFound('Product', path);
export const variantNotFound = (path?: Path) => notFound('ProductVariant', path);
export const categoryNotFound = (path?: Path) => notFound('Category', path);

export const currencyRequired = () =>
  new DomainError(
    'CURRENCY_REQUIRED',
    'INVALID',
    'Prices can only be compared in one currency: give `filter.price.currency`.',
    { path: ['filter', 'price', 'currency'] },
  );

export const mayNotSell = () =>
  new DomainError('SELLER_REQUIRED', 'FORBIDDEN', 'Only sellers may list products here.');

export const sellerNotFound = (path?: Path) => notFound('Seller', path);
export const memberNotFound = (path?: Path) => notFound('SellerMember', path);
export const userNotFound = (path?: Path) => notFound('User', path);

export const notOfThisSeller = () =>
  new DomainError(
    'NOT_THE_SELLER',
    'FORBIDDEN',
    'Only people who work for the seller, in a role that allows it, may do this.',
  );

export const mayNotManageSellers = () =>
  new DomainError('STAFF_REQUIRED', 'FORBIDDEN', 'Only staff may do this.');

/** A person who works for several sellers must name one. */
export const sellerUnclear = () =>
  badInput('You work for several sellers: say which one.', ['input', 'sellerId']);

export const sellerNotActive = (path?: Path) =>
  new DomainError('SELLER_NOT_ACTIVE', 'CONFLICT', 'This seller may not sell at the moment.', {
    ...(path ? { path } : {}),
  });

export const sellersFull = (limit: number) =>
  new DomainError('SELLERS_FULL', 'CONFLICT', `One person can open at most ${limit} sellers.`);

export const handleTaken = (suggestion: string) =>
  new DomainError('HANDLE_TAKEN', 'CONFLICT', 'This handle is taken.', {
    type: 'HandleTakenError',
    data: { suggestion },
    path: ['input', 'handle'],
  });

export const illegalSellerStatus = (from: SellerStatus, to: SellerStatus) =>
  new DomainError('ILLEGAL_TRANSITION', 'CONFLICT', `A seller cannot go from ${from} to ${to}.`, {
    path: ['status'],
  });

export const lastOwner = () =>
  new DomainError(
    'LAST_OWNER',
    'CONFLICT',
    'A seller needs an owner: make somebody else one first.',
    {
      path: ['userId'],
    },
  );

export const membersFull = (limit: number) =>
  new DomainError('MEMBERS_FULL', 'CONFLICT', `A seller can have at most ${limit} members.`, {
    path: ['userId'],
  });

export const mayNotManageCatalogue = () =>
  new DomainError('STAFF_REQUIRED', 'FORBIDDEN', 'Only staff may change the categories.');

export const skuTaken = (sku: string, path?: Path) =>
  new DomainError('SKU_TAKEN', 'CONFLICT', `Another of your variants has the SKU ${sku}.`, {
    type: 'SkuTakenError',
    data: { sku },
    ...(path ? { path } : {}),
  });

export const slugTaken = (slug: string) =>
  new DomainError('SLUG_TAKEN', 'CONFLICT', `The slug ${slug} is taken.`, {
    path: ['input', 'slug'],
  });

export const illegalStatus = (from: ProductStatus, to: ProductStatus) =>
  new DomainError('ILLEGAL_TRANSITION', 'CONFLICT', `A product cannot go from ${from} to ${to}.`, {
    path: ['input', 'status'],
  });

export const tooManyVariants = (limit: number) =>
  new DomainError('VARIANTS_FULL', 'CONFLICT', `A product can have at most ${limit} variants.`, {
    path: ['input', 'productId'],
  });

/** Lists of categories are complete and limited: there is no room for another one. */
export const categoriesFull = (message: string, path: Path) =>
  new DomainError('CATEGORIES_FULL', 'CONFLICT', message, { path });

export const mediaNotFound = (path?: Path) => notFound('Media', path);

export const importsFull = (path: Path) =>
  new DomainError(
    'TOO_MANY_IMPORTS',
    'CONFLICT',
    'Other imports of this seller are still running, or there were too many today.',
    {
      path,
    },
  );

export const reviewNotFound = (path?: Path) => notFound('Review', path);
export const orderLineNotFound = (path?: Path) => notFound('OrderLine', path);

export const reviewExists = () =>
  new DomainError(
    'REVIEW_EXISTS',
    'CONFLICT',
    'You have already reviewed this: edit your review instead.',
    {
      path: ['input', 'orderLineId'],
    },
  );

export const reviewedTooOften = () =>
  new DomainError(
    'REVIEWED_TOO_OFTEN',
    'CONFLICT',
    'You have reviewed this and deleted the review too often.',
    { path: ['input', 'orderLineId'] },
  );

export const ownProduct = () =>
  new DomainError(
    'OWN_PRODUCT',
    'FORBIDDEN',
    'People who work for the seller cannot review its products.',
  );

export const mayNotWithReview = () =>
  new DomainError('NOT_YOUR_REVIEW', 'FORBIDDEN', 'You may not do this with this review.');

/** Something that is referred to must stay, since the references would lead nowhere. */
export const inUse = (references: number, message: string, path: Path) =>
  new DomainError('IN_USE', 'CONFLICT', message, {
    type: 'InUseError',
    data: { references },
    path,
  });

export const lastVariant = () =>
  new DomainError(
    'LAST_VARIANT',
    'CONFLICT',
    'A product needs a variant: delete the product instead.',
    {
      path: ['variantId'],
    },
  );

export const oversold = () =>
  new DomainError('STOCK_OVERSOLD', 'CONFLICT', 'More units are already sold than are in stock.', {
    path: ['input', 'inventoryPolicy'],
  });

/** For the seller's own people, who may see the counts. */
export const negativeStock = (
  { onHand, reserved }: { onHand: number; reserved: number },
  free: number,
) =>
  new DomainError('NEGATIVE_STOCK', 'CONFLICT', `Only ${free} can be removed.`, {
    type: 'NegativeStockError',
    data: { onHand, reserved },
    path: ['input', 'delta'],
  });

export { badInput };
