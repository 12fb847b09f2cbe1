import { type Actor, has, readsEverything } from './actor.ts';
import { mayNotManageCatalogue, mayNotSell } from './errors.ts';
import { mayBecome, type Product } from './product.ts';
import { assertMayDoFor, mayDoFor } from './seller-permissions.ts';

/**
 * `open`: every signed-in person may sell. `granted`: people to whom staff gave the role SELLER, and people
 * who work for a seller that staff approved.
 */
export const SELLING_MODES = ['open', 'granted'] as const;
export type SellingMode = (typeof SELLING_MODES)[number];

/** Staff of the catalogue. */
const managesCatalogue = (actor: Pick<Actor, 'roles'> | null) => has(actor, 'ADMIN');
/** Whether a seller that the actor opens may sell at once. */
export const isLetIn = (actor: Actor, mode: SellingMode): boolean =>
  mode === 'open' || has(actor, 'SELLER', 'ADMIN');

/** @throws SELLER_REQUIRED */
export function assertMaySellAlone(actor: Actor, mode: SellingMode): void {
  if (!isLetIn(actor, mode)) throw mayNotSell();
}

export function assertMayChange(actor: Actor, product: Product): void {
  assertMayDoFor(actor, 'EDIT_PRODUCTS', product);
}

/** The actions that are possible with a product. */
export const PRODUCT_ACTIONS = ['EDIT', 'ARCHIVE', 'ADJUST_STOCK'] as const;
export type ProductAction = (typeof PRODUCT_ACTIONS)[number];

/** What the actor may do with a product in its current state. */
export const actionsOn = (actor: Actor | null, product: Product): ProductAction[] => {
  const { status } = product;
  const mayEdit = mayDoFor(actor, 'EDIT_PRODUCTS', product);
  const may: Record<ProductAction, boolean> = {
    EDIT: mayEdit,
    ARCHIVE: mayEdit && status !== 'ARCHIVED' && mayBecome(status, 'ARCHIVED'),
    ADJUST_STOCK: mayDoFor(actor, 'ADJUST_STOCK', product),
  };
  return PRODUCT_ACTIONS.filter((action) => may[action]);
};

export function assertManagesCatalogue(actor: Pick<Actor, 'roles'>): void {
  if (!managesCatalogue(actor)) throw mayNotManageCatalogue();
}

/** A product is public from the day it is first on sale; before that, its seller and staff see it. */
export const maySee = (actor: Actor | null, product: Product): boolean =>
  product.publishedAt !== null || mayReadLedger(actor, product);

export const mayReadLedger = (actor: Actor | null, { sellerId }: Product): boolean =>
  actor !== null && (actor.memberships.has(sellerId) || readsEverything(actor));

/** The sellers whose unpublished products a list may show. */
export const draftsVisibleTo = (
  actor: Actor | null,
): { sellerIds: readonly string[]; all: boolean } => ({
  sellerIds: actor ? [...actor.memberships.keys()] : [],
  all: readsEverything(actor),
});
