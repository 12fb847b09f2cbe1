import type { Role, Viewer } from '@souk/runtime/domain';
import type { SellerRole } from './seller.ts';

/** The viewer, before it is known for whom they work. */
export type SignedIn = Pick<Viewer, 'userId' | 'roles'>;

/** The viewer, as far as these rules are concerned. */
export interface Actor extends SignedIn {
  /** Their role in each seller that they work for. */
  readonly memberships: ReadonlyMap<string, SellerRole>;
}

export const has = (actor: Pick<Actor, 'roles'> | null, ...roles: Role[]): boolean =>
  actor?.roles.some((role) => roles.includes(role)) ?? false;

/** Staff who may see private data, which alone does not allow them to change anything. */
export const readsEverything = (actor: Pick<Actor, 'roles'> | null) =>
  has(actor, 'ADMIN', 'SUPPORT');
