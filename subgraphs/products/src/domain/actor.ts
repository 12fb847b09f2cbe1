import type { Role, Viewer } from '@souk/runtime/domain';
import type { SellerRole } from './seller.ts';

/** Who asks, before it is known for whom they work. */
export type SignedIn = Pick<Viewer, 'userId' | 'roles'>;

/** The viewer, as far as the rules here care. */
export interface Actor extends SignedIn {
  /** What they are in each seller that they work for. */
  readonly memberships: ReadonlyMap<string, SellerRole>;
}

export const has = (actor: Pick<Actor, 'roles'> | null, ...roles: Role[]): boolean =>
  actor?.roles.some((role) => roles.includes(role)) ?? false;

/** Staff who see what is private, and change nothing by that alone. */
export const readsEverything = (actor: Pick<Actor, 'roles'> | null) =>
  has(actor, 'ADMIN', 'SUPPORT');
