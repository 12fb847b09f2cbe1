import { type Actor, has, readsEverything } from './actor.ts';
import { mayNotManageSellers, notOfThisSeller } from './errors.ts';
import type { Seller, SellerRole } from './seller.ts';

export const SELLER_ACTIONS = [
  'EDIT_SELLER',
  'MANAGE_MEMBERS',
  'EDIT_PRODUCTS',
  'ADJUST_STOCK',
  'FULFIL_ORDERS',
  'REFUND_ORDERS',
  'ANSWER_REVIEWS',
  'ANSWER_CUSTOMERS',
  'SEE_BALANCE',
] as const;
export type SellerAction = (typeof SELLER_ACTIONS)[number];

const STAFF_ACTIONS: readonly SellerAction[] = [
  'EDIT_PRODUCTS',
  'ADJUST_STOCK',
  'FULFIL_ORDERS',
  'ANSWER_REVIEWS',
  'ANSWER_CUSTOMERS',
];

/** What each role may do for its seller. */
const ACTIONS_OF: Record<SellerRole, readonly SellerAction[]> = {
  OWNER: SELLER_ACTIONS,
  MANAGER: SELLER_ACTIONS.filter((action) => action !== 'MANAGE_MEMBERS'),
  STAFF: STAFF_ACTIONS,
};

type OfSeller = { readonly sellerId: string };

/** What the actor may do for a seller: by their role in it, or everything as staff of the platform. */
export const sellerActionsOf = (
  actor: Actor | null,
  { sellerId }: OfSeller,
): readonly SellerAction[] => {
  if (has(actor, 'ADMIN')) return SELLER_ACTIONS;
  const role = actor?.memberships.get(sellerId);
  return role === undefined ? [] : ACTIONS_OF[role];
};

export const mayDoFor = (actor: Actor | null, action: SellerAction, of: OfSeller): boolean =>
  sellerActionsOf(actor, of).includes(action);

/** @throws NOT_THE_SELLER */
export function assertMayDoFor(actor: Actor, action: SellerAction, of: OfSeller): void {
  if (!mayDoFor(actor, action, of)) throw notOfThisSeller();
}

/** A seller's private side is for its members, and for staff who may read everything. */
export const maySeeDesk = (actor: Actor | null, { sellerId }: OfSeller): boolean =>
  actor !== null && (actor.memberships.has(sellerId) || readsEverything(actor));

/** A seller that was never approved is visible only to its members and staff. */
export const maySeeSeller = (actor: Actor | null, { id, status }: Seller): boolean =>
  status !== 'PENDING' || maySeeDesk(actor, { sellerId: id });

export function assertManagesSellers(actor: Pick<Actor, 'roles'>): void {
  if (!has(actor, 'ADMIN')) throw mayNotManageSellers();
}
