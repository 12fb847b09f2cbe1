import type { Role } from '@souk/runtime/domain';
import { mayNotChange, mayNotManageCatalogue, mayNotSell } from './errors.ts';
import { mayBecome, type Product } from './product.ts';

/** The viewer, as far as the rules here care. */
export interface Actor {
  readonly userId: string;
  readonly roles: readonly Role[];
}

/** `open`: whoever is signed in may list products. `granted`: whom staff gave the role SELLER. */
export const SELLING_MODES = ['open', 'granted'] as const;
export type SellingMode = (typeof SELLING_MODES)[number];

const has = (actor: Actor | null, ...roles: Role[]) =>
  actor?.roles.some((role) => roles.includes(role)) ?? false;

/**
 * Staff of the catalogue. The scopes `products:write` and `inventory:write` do not tell them from
 * sellers, who hold both for their own products; the role does.
 */
const managesCatalogue = (actor: Actor | null) => has(actor, 'ADMIN');
export const readsEverything = (actor: Actor | null) => has(actor, 'ADMIN', 'SUPPORT');

export function assertMaySell(actor: Actor, mode: SellingMode): void {
  if (mode === 'granted' && !has(actor, 'SELLER', 'ADMIN')) throw mayNotSell();
}

export const mayChange = (actor: Actor, product: Product): boolean =>
  product.sellerId === actor.userId || managesCatalogue(actor);

export function assertMayChange(actor: Actor, product: Product): void {
  if (!mayChange(actor, product)) throw mayNotChange();
}

/** What may be done with a product. */
export const PRODUCT_ACTIONS = ['EDIT', 'ARCHIVE', 'ADJUST_STOCK'] as const;
export type ProductAction = (typeof PRODUCT_ACTIONS)[number];

/** What the actor may do with a product as it is. */
export const actionsOn = (actor: Actor | null, product: Product): ProductAction[] => {
  if (!actor || !mayChange(actor, product)) return [];
  const { status } = product;
  const mayArchive = status !== 'ARCHIVED' && mayBecome(status, 'ARCHIVED');
  return PRODUCT_ACTIONS.filter((action) => action !== 'ARCHIVE' || mayArchive);
};

export function assertManagesCatalogue(actor: Actor): void {
  if (!managesCatalogue(actor)) throw mayNotManageCatalogue();
}

/** A product is public from the day it is first on sale; before, its seller and staff see it. */
export const maySee = (actor: Actor | null, product: Product): boolean =>
  product.publishedAt !== null || product.sellerId === actor?.userId || readsEverything(actor);

export const mayReadLedger = (actor: Actor, product: Product): boolean =>
  product.sellerId === actor.userId || readsEverything(actor);

/** The seller whose unpublished products a list may show. */
export const draftsVisibleTo = (
  actor: Actor | null,
): { sellerId: string | null; all: boolean } => ({
  sellerId: actor?.userId ?? null,
  all: readsEverything(actor),
});
