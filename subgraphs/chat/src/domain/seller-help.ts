import { DomainError, notFound, personalSellerIdOf } from '@souk/runtime/domain';

/** Roles in a seller that answer its customers, as products' `ANSWER_CUSTOMERS` says. */
const ANSWERING: readonly string[] = ['OWNER', 'MANAGER', 'STAFF'];

export const mayAnswerCustomers = (role: string): boolean => ANSWERING.includes(role);

/** Our copy of a seller. */
export interface KnownSeller {
  id: string;
  status: 'PENDING' | 'ACTIVE' | 'SUSPENDED' | 'CLOSED';
  /** Who answers its customers; nobody while it is not active. */
  helperIds: readonly string[];
}

/** Who answers a seller's customers, by what products tells of it. */
export const helpersOf = ({
  status,
  members,
}: {
  status: string;
  members: readonly { userId: string; role: string }[];
}): string[] =>
  status === 'ACTIVE'
    ? members.filter(({ role }) => mayAnswerCustomers(role)).map(({ userId }) => userId)
    : [];

const sellerNotActive = (path: readonly string[]) =>
  new DomainError('SELLER_NOT_ACTIVE', 'CONFLICT', 'This seller is not active at the moment.', {
    path,
  });

const ownSeller = (path: readonly string[]) =>
  new DomainError('OWN_SELLER', 'INVALID', 'You answer customers of this seller yourself.', {
    path,
  });

/**
 * Whether somebody may begin to ask a seller. One who was never let in is there for nobody, and who answers for it asks
 * their colleagues elsewhere.
 *
 * @throws SELLER_NOT_FOUND, SELLER_NOT_ACTIVE, OWN_SELLER
 */
export function assertMayAsk(seller: KnownSeller, userId: string, path: readonly string[]): void {
  if (seller.status === 'PENDING') throw notFound('Seller', path);
  if (seller.helperIds.includes(userId) || personalSellerIdOf(userId) === seller.id) {
    throw ownSeller(path);
  }
  if (seller.status !== 'ACTIVE') throw sellerNotActive(path);
}
